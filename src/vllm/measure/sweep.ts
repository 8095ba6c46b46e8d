import { Agent, request as requestHttp } from 'node:http';
import { Agent as SecureAgent, request as requestHttps } from 'node:https';
import { InputError, mean, quantileOfSorted } from '../../base/index.js';
import type { ProfilePoint } from '../../serving/index.js';
import { sendTimed, type Sender, type TimedRequest } from './timed-request.js';

/** What a sweep measures: which batches, which prompts, how often. */
export interface SweepPlan {
  /** Decode batches. */
  readonly batches: readonly number[];
  /** Prompt lengths; none longer than the engine's token budget, so that a prompt is one step. */
  readonly prompts: readonly number[];
  /** Repeats of each prefill and mixed step. */
  readonly repeats: number;
  /** Tokens of each response while decoding is timed. */
  readonly outputTokens: number;
}

/** A sweep's measured steps, and all its requests. */
export interface SweepResult {
  /** Step times as a client sees them: the engine's overhead per step is part of them. */
  readonly points: readonly ProfilePoint[];
  readonly requests: readonly TimedRequest[];
  /** A request's way to the server and back, taken off the time to the first token. */
  readonly roundTripSeconds: number;
}

/** Where a sweep goes. */
export interface SweepTarget {
  readonly url: string;
  readonly model: string | null;
  /** Seconds; the machine's monotonic clock unless given. */
  readonly now?: () => number;
}

/**
 * Times the steps of a running vLLM engine from outside, alone on it: decode batches of equal requests by the gaps between their
 * tokens; prompts by the time to the first token, less a request's way there and back; and prompts that come while a batch
 * decodes by the one gap that they lengthen.
 *
 * @param onDone told after each measurement
 * @throws InputError when the URL is none; UpstreamError when the server fails a request
 */
export async function sweepEndpoint(
  { url, model, now = () => performance.now() / 1000 }: SweepTarget,
  plan: SweepPlan,
  onDone: (done: number, total: number) => void = () => undefined,
): Promise<SweepResult> {
  const sender = openSender(url, model, now);
  const requests: TimedRequest[] = [];
  const points: ProfilePoint[] = [];
  let salt = 1;
  const send = async (prompt: number, output: number): Promise<TimedRequest> => {
    const timed = await sendTimed(sender, prompt, output, salt++);
    requests.push(timed);
    return timed;
  };
  const mixes = plan.batches.slice(-2).flatMap((batch) => plan.prompts.slice(-3).map((prompt) => ({ batch, prompt })));
  const contexts = [plan.prompts[0]!, plan.prompts[Math.floor(plan.prompts.length / 2)]!];
  const total = plan.batches.length * contexts.length + plan.prompts.length + mixes.length;
  const add = (point: ProfilePoint): void => {
    points.push(point);
    onDone(points.length, total);
  };
  await send(1, 2); // opens the connection
  const roundTripSeconds = await roundTrip(url, now);
  for (const prompt of plan.prompts) add(await prefillPoint(send, plan, prompt, roundTripSeconds));
  for (const batch of plan.batches) for (const context of contexts) add(await decodePoint(send, plan, batch, context));
  for (const { batch, prompt } of mixes) add(await mixedPoint(send, plan, batch, prompt, contexts[0]!));
  sender.target.agent.destroy();
  return { points, requests, roundTripSeconds };
}

type Send = (prompt: number, output: number) => Promise<TimedRequest>;

function openSender(base: string, model: string | null, now: () => number): Sender {
  let url: URL;
  try {
    url = new URL('/v1/completions', base);
  } catch (cause) {
    throw new InputError(`--url must be an http address, got "${base}"`, { cause });
  }
  const isSecure = url.protocol === 'https:';
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const headers = { 'content-type': 'application/json' };
  const { protocol, port, pathname: path } = url;
  const hostname = url.hostname.replace(/^\[|\]$/g, ''); // an IPv6 address without its brackets
  const open = isSecure ? requestHttps : requestHttp;
  return {
    target: { address: { protocol, hostname, port, path }, agent, headers, open, timeoutSeconds: 600 },
    model,
    now,
  };
}

/** Least time of an answer that computes nothing: what delays one comes on top. */
async function roundTrip(url: string, now: () => number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const from = now();
    await (await fetch(new URL('/health', url))).arrayBuffer();
    times.push(now() - from);
  }
  return Math.min(...times);
}

/** A prompt alone: the least time to its first token. */
async function prefillPoint(
  send: Send,
  { repeats }: SweepPlan,
  prompt: number,
  roundTripSeconds: number,
): Promise<ProfilePoint> {
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const { sentAt, tokenAt } = await send(prompt, 1);
    times.push(tokenAt[0]! - sentAt - roundTripSeconds);
  }
  return {
    phase: 'prefill',
    batch: 1,
    newTokens: prompt,
    contextTokens: 0,
    chunkContextTokens: 0,
    seconds: Math.min(...times),
  };
}

/** Equal requests at once: the mean gap from when the last one has its first token until the first one ends. */
async function decodePoint(
  send: Send,
  { outputTokens }: SweepPlan,
  batch: number,
  context: number,
): Promise<ProfilePoint> {
  // Those that are prefilled first have produced some tokens when the last one joins: their responses are longer by that.
  const tokens = outputTokens + batch;
  const sent = await Promise.all(Array.from({ length: batch }, () => send(context, tokens)));
  const from = Math.max(...sent.map(({ tokenAt }) => tokenAt[0]!));
  const to = Math.min(...sent.map(({ tokenAt }) => tokenAt.at(-1)!));
  const gaps = sent.map(({ tokenAt }) => {
    const inside = tokenAt.filter((at) => at >= from && at <= to);
    return (inside.at(-1)! - inside[0]!) / (inside.length - 1);
  });
  const produced = mean(
    sent.map(({ tokenAt }) => (tokenAt.findIndex((at) => at >= from) + tokenAt.findLastIndex((at) => at <= to)) / 2),
  );
  return {
    phase: 'decode',
    batch,
    newTokens: 1,
    contextTokens: Math.round(context + produced),
    chunkContextTokens: 0,
    seconds: median(gaps),
  };
}

/** A prompt that comes while a batch decodes: the longest gap of each stream around it. */
async function mixedPoint(
  send: Send,
  { repeats, outputTokens }: SweepPlan,
  batch: number,
  prompt: number,
  context: number,
): Promise<ProfilePoint> {
  const tokens = outputTokens + batch;
  const times: number[] = [];
  let produced = 0;
  for (let i = 0; i < repeats; i++) {
    const decoding = Array.from({ length: batch }, () => send(context, tokens));
    await send(context, Math.ceil(tokens / 3)); // a third of the way through
    const probe = await send(prompt, 1);
    const sent = await Promise.all(decoding);
    const longest = sent.map(({ tokenAt }) => {
      const at = tokenAt.findIndex((moment) => moment > probe.sentAt);
      produced = at;
      const gaps = tokenAt
        .slice(Math.max(1, at), at + 6)
        .map((moment, k) => moment - tokenAt[Math.max(1, at) + k - 1]!);
      return Math.max(...gaps);
    });
    times.push(median(longest));
  }
  return {
    phase: 'mixed',
    batch,
    newTokens: prompt,
    contextTokens: context + produced,
    chunkContextTokens: 0,
    seconds: median(times),
  };
}

function median(values: readonly number[]): number {
  return quantileOfSorted(Float64Array.from(values).sort(), 0.5);
}

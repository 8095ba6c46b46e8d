import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { InputError, parseDuration, seededRandom, UpstreamError, type Summary } from '../base/index.js';
import { parseSlo } from '../spec/index.js';
import {
  planReplay,
  promptsFrom,
  readPrompts,
  replayReport,
  runReplay,
  summariseReplay,
  syntheticPrompts,
  type ReplayOptions,
  type ReplayPlan,
  type ReplayProgress,
  type ReplaySummary,
} from '../vllm/index.js';
import { oneOf, positiveNumber, wholeNumber } from './numbers.js';
import { formatCount, formatNumber, formatTable, print, printJson } from './output.js';
import { DEFAULT_SLO } from './serving-options.js';
import { cutTrace, scaleToRate, type WindowFlags } from './trace-window.js';
import { COLUMNS_OPTION, readTraceInput } from './trace-input.js';

interface ReplayFlags extends WindowFlags {
  readonly url: string;
  readonly model?: string;
  readonly endpoint: string;
  readonly prompts?: string;
  readonly tokenIds?: boolean;
  readonly freeLength?: boolean;
  readonly rate?: string;
  readonly warmUp?: string;
  readonly timeout: string;
  readonly slo: string;
  readonly report?: string;
  readonly columns?: string;
  readonly skipBadRows?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  foresail replay trace.csv --url http://localhost:8000
  foresail replay trace.csv --url http://localhost:8000 --from 3d --for 10m --rate 5 --scaling load --warm-up 30s
  foresail replay trace.csv --url http://localhost:8000 --prompts sharegpt.json --free-length --report replay.html

The key of a server that wants one is read from OPENAI_API_KEY.`;

/** `foresail replay TRACE`: sends a trace to a server, and measures it. */
export function replayCommand(): Command {
  return new Command('replay')
    .argument('<trace>', 'request trace')
    .description(
      'Sends the requests of a trace to an OpenAI-compatible server, each at its moment, and measures the answers.',
    )
    .option('--url <url>', 'the server', 'http://localhost:8000')
    .option('--model <name>', "model to ask for (default: the server's only or first one)")
    .option('--endpoint <kind>', 'completions or chat', 'completions')
    .option('--prompts <file>', 'prompts from a file: ShareGPT, Alpaca, or a list of texts (default: made-up words)')
    .option('--token-ids', 'send prompts as token ids, whose count is exact with any tokenizer')
    .option('--free-length', 'let the model end its responses (default: lengths as in the trace)')
    .option('--from <time>', 'start this long after the start of the trace, such as 3d')
    .option('--to <time>', 'end this long after the start of the trace')
    .option('--for <time>', 'length of the part to replay, such as 10m')
    .option('--rate <r>', 'mean requests per second to scale to (default: as the trace has)')
    .option(
      '--scaling <kind>',
      'how --rate is reached: load (time is kept), rps (time shrinks) or modelled (drawn anew)',
      'load',
    )
    .option('--seed <n>', 'seed of scaling and prompts', '1')
    .option('--warm-up <time>', 'requests of this first part are sent, and not measured')
    .option('--timeout <time>', 'longest time that one request may take', '10m')
    .option('--slo <bounds>', 'bounds of ttft, tpot, e2e, and the share that must meet them', DEFAULT_SLO)
    .option('--report <file>', 'write an HTML report')
    .option(...COLUMNS_OPTION)
    .option('--skip-bad-rows', 'count bad rows instead of stopping at the first')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(file: string, flags: ReplayFlags): Promise<void> {
  const slo = parseSlo(flags.slo);
  const warmUpSeconds = flags.warmUp === undefined ? 0 : parseDuration(flags.warmUp, '--warm-up');
  const plan = await readPlan(file, flags);
  if (warmUpSeconds > 0 && !(plan.at.at(-1)! >= warmUpSeconds))
    throw new InputError(`--warm-up ${flags.warmUp ?? ''} leaves no request to measure`);
  const options = await readOptions(flags, warmUpSeconds);
  const records = await withInterrupt((signal) =>
    runReplay(plan, { ...options, signal, onProgress: tellProgress(plan) }),
  );
  if (process.stderr.isTTY) process.stderr.write('\n');
  const summary = summariseReplay(records, slo, warmUpSeconds);
  if (flags.report !== undefined)
    writeFileSync(flags.report, await replayReport(summary, { trace: file, url: flags.url, slo: flags.slo }));
  if (flags.json) printJson('replay', { ...summary, slo, url: flags.url, model: options.model });
  else printForPeople(summary);
  if (summary.finished === 0 && summary.requests > 0)
    throw new UpstreamError(`no request succeeded; the first failure: ${summary.firstFailure ?? 'none'}`);
}

async function readPlan(file: string, flags: ReplayFlags): Promise<ReplayPlan> {
  const rate = flags.rate === undefined ? null : positiveNumber('--rate', flags.rate);
  const { trace } = await readTraceInput(file, flags);
  const plan = planReplay(scaleToRate(cutTrace(trace, flags), rate, flags));
  if (plan.at.length === 0) throw new InputError(`${file}: there is no request to send in this part`);
  return plan;
}

async function readOptions(flags: ReplayFlags, warmUpSeconds: number): Promise<ReplayOptions> {
  const { url } = flags;
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new InputError(`--url must be an http or https address, got "${url}"`);
  if (flags.tokenIds && (flags.endpoint === 'chat' || flags.prompts !== undefined))
    throw new InputError('--token-ids goes with completions and made-up prompts only');
  const seed = wholeNumber('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const endpoint = oneOf('--endpoint', ['completions', 'chat'] as const, flags.endpoint);
  const apiKey = process.env.OPENAI_API_KEY;
  const prompts =
    flags.prompts === undefined
      ? syntheticPrompts(seededRandom(seed, 'prompt words'))
      : promptsFrom(await readPrompts(flags.prompts));
  return {
    url,
    model: flags.model ?? (await firstModel(url, apiKey)),
    endpoint,
    prompts,
    asTokenIds: flags.tokenIds ?? false,
    forceLengths: !flags.freeLength,
    timeoutSeconds: parseDuration(flags.timeout, '--timeout'),
    warmUpSeconds,
    ...(apiKey === undefined ? {} : { apiKey }),
    seed,
  };
}

/** The first model that a server lists; null where it lists none. */
async function firstModel(url: string, apiKey: string | undefined): Promise<string | null> {
  try {
    const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    const response = await fetch(`${url.replace(/\/+$/, '')}/v1/models`, {
      headers,
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) return null;
    const { data } = (await response.json()) as { data?: { id?: string }[] };
    return data?.[0]?.id ?? null;
  } catch (cause) {
    throw new UpstreamError(`${url}: no server answers there`, { cause });
  }
}

/** The first interrupt stops the replay, and what has been measured is reported; the next one ends the program. */
async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** One line on stderr: kept up to date on a terminal, a new one every ten seconds elsewhere. */
function tellProgress(plan: ReplayPlan): (progress: ReplayProgress) => void {
  const isTerminal = process.stderr.isTTY;
  let toldAt = 0;
  return ({ seconds, sent, running, finished, failed, tokens }) => {
    if (!isTerminal && seconds - toldAt < 10) return;
    toldAt = seconds;
    const line = `${seconds.toFixed(0)} of ${plan.seconds.toFixed(0)} s: ${sent} of ${plan.at.length} sent, ${running} running, ${finished} finished, ${failed} failed, ${tokens} tokens`;
    process.stderr.write(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
  };
}

function printForPeople(summary: ReplaySummary): void {
  const { requests, finished, failed, failedInTrace, warmUpRequests, seconds, average } = summary;
  const milliseconds = (value: number | null): string => formatNumber(value === null ? null : value * 1000, 1);
  const row = (name: string, { mean, p50, p90, p99 }: Summary): string[] => [
    name,
    ...[mean, p50, p90, p99].map(milliseconds),
  ];
  print(
    `${formatCount(requests)} requests in ${formatNumber(seconds, 1)} s: ${formatCount(finished)} finished, ${formatCount(failed)} failed` +
      (warmUpRequests > 0 ? `, ${formatCount(warmUpRequests)} more as warm-up` : '') +
      (failedInTrace > 0 ? `; ${formatCount(failedInTrace)} had failed in the trace` : ''),
  );
  if (summary.firstFailure !== null) print(`first failure: ${summary.firstFailure}`);
  print();
  print(
    formatTable(
      ['ms', 'mean', 'p50', 'p90', 'p99'],
      [
        row('TTFT', summary.ttftSeconds),
        row('TPOT', summary.tpotSeconds),
        row('ITL', summary.itlSeconds),
        row('E2E', summary.e2eSeconds),
        row('send lag', summary.sendLagSeconds),
      ],
    ),
  );
  print();
  const share = (value: number | null): string => (value === null ? '-' : `${formatNumber(value * 100, 1)} %`);
  print(`SLO attainment ${share(summary.attainment)}, ${formatNumber(summary.goodRate, 2)} good requests/s`);
  print(
    `R ${share(average.failureRate)}, L ${milliseconds(average.tokenLatencySeconds)} ms/token, ` +
      `σ_L ${milliseconds(average.tokenLatencyDeviationSeconds)} ms, P ${formatNumber(average.tokensPerSecond, 1)} tokens/s`,
  );
}

import { InputError } from '../../base/index.js';
import type { ClusterOptions } from '../../serving/index.js';
import { loadProfile } from '../../serving/index.js';
import type { Slo } from '../../spec/index.js';
import { failedCount, observedSpan, readTrace, requestCount, sliceTrace, type Trace } from '../../trace/index.js';
import type { Question } from '../questions.js';
import { LIMITS } from '../schemas/index.js';

type Traffic = Question<'simulate'>['traffic'];

/** The part of a trace that a question is about, and what its load is multiplied by. */
export interface Part {
  readonly trace: Trace;
  readonly factor: number;
}

const MOST_TRACES = 3;
/** Traces that this thread has read, newest last. */
const read = new Map<string, Promise<Trace>>();

/**
 * Reads the part of the trace that the traffic means.
 *
 * @throws InputError naming the field when the part is empty or starts after the end
 */
export async function readPart(traffic: Traffic, file: string): Promise<Part> {
  const whole = await traceIn(file);
  const { start, end } = observedSpan(whole);
  const from = start + (traffic.fromSeconds ?? 0);
  if (from >= end)
    throw new InputError(`traffic.fromSeconds: must be below the length of the trace, ${Math.round(end - start)} s`);
  const to = traffic.forSeconds === undefined ? end : Math.min(end, from + traffic.forSeconds);
  const isWhole = from === start && to === end;
  const trace = isWhole ? whole : sliceTrace(whole, from, to);
  const served = requestCount(trace) - failedCount(trace);
  if (served === 0) throw new InputError('traffic: this part of the trace has no served request');
  const base = traffic.meanRate === undefined ? (traffic.factor ?? 1) : (traffic.meanRate * (to - from)) / served;
  return { trace, factor: base * traffic.growth };
}

function traceIn(file: string): Promise<Trace> {
  let trace = read.get(file);
  if (trace === undefined) trace = readTrace(file, { skipBadRows: true }).then((found) => found.trace);
  read.delete(file);
  read.set(file, trace);
  trace.catch(() => read.delete(file));
  for (const oldest of read.keys()) if (read.size > MOST_TRACES) read.delete(oldest);
  return trace;
}

/**
 * Refuses traffic that would make more requests than one question may simulate.
 *
 * @throws InputError
 */
export function checkSize(requests: number): void {
  if (requests > LIMITS.simulatedRequests)
    throw new InputError(
      `traffic: makes ${Math.round(requests)} requests, more than ${LIMITS.simulatedRequests}: take a shorter part or a smaller load`,
    );
}

/** Which requests a mix is made of, for keys: the part, not its scale. */
export function partKey({ trace, fromSeconds = 0, forSeconds }: Traffic): unknown[] {
  return [trace, fromSeconds, forSeconds ?? null];
}

/** The SLO in the words of the rooms below. */
export function sloOf({ ttftSeconds, tpotSeconds, e2eSeconds, attainment }: Question<'plan'>['slo']): Slo {
  return { ttft: ttftSeconds, tpot: tpotSeconds, e2e: e2eSeconds, attainment };
}

/** All of a deployment but its counts. */
export function deploymentOf(profile: string, scheduler: Question<'plan'>['scheduler']): Omit<ClusterOptions, 'trace'> {
  let loaded = profiles.get(profile);
  if (loaded === undefined) profiles.set(profile, (loaded = loadProfile(profile)));
  return { profile: loaded, ...scheduler };
}

const profiles = new Map<string, ReturnType<typeof loadProfile>>();

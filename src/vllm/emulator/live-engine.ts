import {
  acceptRequest,
  cancelRequest,
  changeOnce,
  eachRunning,
  EventKind,
  isBetweenSteps,
  nextChange,
  openReplica,
  type LatencyProfile,
  type Replica,
  type SchedulerOptions,
} from '../../serving/index.js';
import type { Clock } from '../clock.js';
import type { FinishReason } from '../metric-names.js';

/** A request on a live engine; the engine keeps its times, seconds of the engine's clock, NaN while unknown. */
export interface LiveJob {
  readonly promptTokens: number;
  /** Tokens after which it ends. */
  readonly outputTokens: number;
  /** Why it ends then. */
  readonly endsBy: 'stop' | 'length';
  /** The parameter max_tokens of its request; null where it has none. */
  readonly maxTokens: number | null;
  /** Set when it is submitted. */
  arrivedAt: number;
  /** When it was put into the running batch for the first time. */
  scheduledAt: number;
  firstTokenAt: number;
  lastTokenAt: number;
  /** Tokens given so far. */
  tokens: number;
  /** Told whenever tokens came out: how many, and whether they are the last. */
  readonly onTokens: (count: number, isLast: boolean) => void;
}

/** Told what an engine does, for its metrics. */
export interface EngineObserver {
  /** Tokens of one request came out at a moment; `job` still has the times from before. */
  readonly tokens: (job: LiveJob, count: number, at: number) => void;
  readonly ended: (job: LiveJob, reason: FinishReason) => void;
  readonly preempted: () => void;
  /** A step ended that computed so many prompt tokens (of prompts that it completed) and made so many tokens. */
  readonly step: (promptTokens: number, generatedTokens: number) => void;
}

/** The simulator's replica, stepped by a clock. Opaque outside: use the functions of this file. */
export interface LiveEngine {
  readonly clock: Clock;
  readonly observer: EngineObserver;
  readonly replica: Replica;
  /** The replica's columns; they grow. */
  readonly columns: { promptTokens: Uint32Array; outputTokens: Uint32Array };
  readonly jobs: (LiveJob | null)[];
  readonly freeRows: number[];
  /** Rows of requests to take away when the step in progress ends. */
  readonly leaving: number[];
  /** The moment for which a timer is set, and what takes it back. */
  alarm: { readonly at: number; readonly cancel: () => void } | null;
}

/** An idle engine. */
export function openLiveEngine(
  profile: LatencyProfile,
  scheduler: SchedulerOptions,
  clock: Clock,
  observer: EngineObserver,
): LiveEngine {
  const columns = { promptTokens: new Uint32Array(64), outputTokens: new Uint32Array(64) };
  // Which requests come with their KV is said one by one, so every role is the same engine.
  const replica = openReplica({ role: 'serve', profile, requests: columns, scheduler, startAt: clock.now() });
  return { clock, observer, replica, columns, jobs: [], freeRows: [], leaving: [], alarm: null };
}

/**
 * Gives a request to the engine.
 *
 * @param loadedAfter seconds until the KV of its prompt has come from another replica; null: its prompt is computed here
 * @returns takes it away again, as when its client has gone; without effect once it has ended
 */
export function submitJob(engine: LiveEngine, job: LiveJob, loadedAfter: number | null): () => void {
  const now = engine.clock.now();
  runTo(engine, now);
  job.arrivedAt = now;
  const row = takeRow(engine, job);
  acceptRequest(engine.replica, row, now + (loadedAfter ?? 0), loadedAfter !== null);
  setAlarm(engine);
  return () => {
    if (engine.jobs[row] !== job) return;
    runTo(engine, engine.clock.now());
    if (engine.jobs[row] !== job) return;
    engine.jobs[row] = null;
    engine.leaving.push(row);
    engine.observer.ended(job, 'abort');
    if (isBetweenSteps(engine.replica)) removeLeaving(engine);
    setAlarm(engine);
  };
}

/** Brings the engine to the clock's moment, so that what is read from its replica is of now. */
export function catchUp(engine: LiveEngine): void {
  runTo(engine, engine.clock.now());
  setAlarm(engine);
}

/** Stops for good: no timer is left, and no job is told anything more. */
export function stopEngine(engine: LiveEngine): void {
  engine.alarm?.cancel();
  engine.alarm = null;
  engine.jobs.fill(null);
}

function takeRow({ columns, jobs, freeRows }: LiveEngine, job: LiveJob): number {
  const row = freeRows.pop() ?? jobs.length;
  if (row === columns.promptTokens.length) {
    columns.promptTokens = doubled(columns.promptTokens);
    columns.outputTokens = doubled(columns.outputTokens);
  }
  jobs[row] = job;
  columns.promptTokens[row] = job.promptTokens;
  columns.outputTokens[row] = job.outputTokens;
  return row;
}

function doubled(column: Uint32Array): Uint32Array {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}

function giveRowBack(engine: LiveEngine, row: number): void {
  engine.jobs[row] = null;
  engine.freeRows.push(row);
}

function setAlarm(engine: LiveEngine): void {
  const at = nextChange(engine.replica);
  if (engine.alarm?.at === at) return;
  engine.alarm?.cancel();
  engine.alarm = at === Infinity ? null : { at, cancel: engine.clock.at(at, () => ring(engine)) };
}

/** The replica leaves a step that would start at the moment itself to its next call: here that is now. */
const HAIR = 1e-9;

function ring(engine: LiveEngine): void {
  engine.alarm = null;
  runTo(engine, engine.clock.now() + HAIR);
  setAlarm(engine);
}

function runTo(engine: LiveEngine, moment: number): void {
  const { replica, jobs } = engine;
  for (let change = changeOnce(replica, moment); change !== null; change = changeOnce(replica, moment)) {
    if (change === 'ended') afterStep(engine);
    else
      eachRunning(replica, (row) => {
        const job = jobs[row];
        if (job && Number.isNaN(job.scheduledAt)) job.scheduledAt = replica.time;
      });
  }
}

function afterStep(engine: LiveEngine): void {
  const { replica, jobs, observer } = engine;
  const step = { prompts: 0, generated: 0 };
  eachRunning(replica, (row, tokens) => {
    const job = jobs[row];
    if (job && tokens > job.tokens) giveTokens(engine, job, tokens, step);
  });
  const { events } = replica;
  for (let i = 0; i < events.count; i++) {
    if (events.kind[i] === EventKind.preempted) observer.preempted();
    if (events.kind[i] !== EventKind.finished) continue;
    const row = events.request[i]!;
    const job = jobs[row];
    giveRowBack(engine, row);
    if (job) giveTokens(engine, job, job.outputTokens, step);
  }
  events.count = 0;
  observer.step(step.prompts, step.generated);
  removeLeaving(engine);
}

function giveTokens(
  { replica, observer }: LiveEngine,
  job: LiveJob,
  tokens: number,
  step: { prompts: number; generated: number },
): void {
  const at = replica.time;
  const count = tokens - job.tokens;
  const isLast = tokens === job.outputTokens;
  if (job.tokens === 0) step.prompts += job.promptTokens;
  step.generated += count;
  observer.tokens(job, count, at);
  if (job.tokens === 0) job.firstTokenAt = at;
  job.lastTokenAt = at;
  job.tokens = tokens;
  if (isLast) observer.ended(job, job.endsBy);
  job.onTokens(count, isLast);
}

function removeLeaving(engine: LiveEngine): void {
  // One that ended with the step is not there any more, and its row is free already.
  for (const row of engine.leaving.splice(0)) if (cancelRequest(engine.replica, row)) giveRowBack(engine, row);
}

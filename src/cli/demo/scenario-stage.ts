import { seededRandom } from '../../base/index.js';
import {
  factorThatFills,
  replay,
  type ReplayResult,
  type ReplaySetting,
  type ReplayWindow,
} from '../../contest/index.js';
import type { LoadSeries } from '../../load/index.js';
import type { AttainmentRow } from '../../plan/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import { loadScale, sliceTrace, type Trace } from '../../trace/index.js';
import type { ReportProgress } from '../progress.js';
import { rowsOf, type CapacityStage } from './capacity-stage.js';
import { backtestBinSeconds, DEMO, type DemoSettings } from './settings.js';

/** Step 4: the day to replay, scaled so that the best static split for its busiest hours needs three quarters of the GPUs. */
export interface Scenario {
  /** The whole day, from the best static split. */
  readonly setting: ReplaySetting;
  /** The busiest hours of it. */
  readonly hours: ReplayWindow;
  readonly factor: number;
  /** Static splits over the busiest hours at this factor: of each number of GPUs around the goal the best, fewest GPUs first. */
  readonly statics: readonly StaticResult[];
  /** The smallest that kept the target. */
  readonly best: StaticResult;
}

/** What the demo replays: the last day, and its busiest hours. */
export interface DemoWindows {
  readonly day: ReplayWindow;
  readonly hours: ReplayWindow;
}

/** A static split and its replay. */
export interface StaticResult {
  readonly counts: InstanceCounts;
  readonly result: ReplayResult;
}

/** Splits whose measured goodput is this share of their size's best are worth a replay. */
const WORTH_TRYING = 0.75;
const MOST_TRIES = 7;
/** The factor is looked for in such strides, and found to within so much. */
const STRIDE = 1.2;
const TOLERANCE = 1.05;

/**
 * Finds the load-scaling factor just beyond what one GPU fewer than wanted can keep over the busiest hours, by replaying static splits of
 * that size, and then the best static split there.
 */
export async function scenarioStage(
  settings: DemoSettings,
  load: LoadSeries,
  { day, hours }: DemoWindows,
  capacity: CapacityStage,
  report: ReportProgress,
): Promise<Scenario> {
  const { slo, gpus } = settings;
  const size = Math.round(DEMO.fill * gpus);
  const worthTrying = (count: number): InstanceCounts[] =>
    splitsWorthTrying(rowsOf(capacity.table, capacity.limits, count));
  let splits = worthTrying(size - 1);
  const first = factorThatFills(
    load,
    hours,
    largest(rowsOf(capacity.table, capacity.limits, size - 1)),
    slo.attainment,
  );
  const keeps = async (factor: number, attempt: number): Promise<boolean> => {
    report(attempt, MOST_TRIES + 1, 'load scalings tried');
    const best = bestOf(await replayStatics(settingAt(settings, hours, capacity, factor), splits));
    splits = [best.counts];
    return best.result.attainment >= slo.attainment;
  };
  const factor = await smallestMissed(first, keeps);
  const setting = settingAt(settings, day, capacity, factor);
  const around = [size - 1, size, size + 1].flatMap(worthTrying);
  const statics = bestOfEachSize(await replayStatics(during(setting, hours), around));
  const best = statics.find(({ result }) => result.attainment >= slo.attainment) ?? bestOf(statics);
  return { setting: { ...setting, initial: best.counts }, hours, factor, statics, best };
}

/** The smallest factor, within the tolerance, that is not kept. */
async function smallestMissed(
  first: number,
  keeps: (factor: number, attempt: number) => Promise<boolean>,
): Promise<number> {
  let low = 0;
  let high = Infinity;
  let factor = first;
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    if (await keeps(factor, attempt)) low = factor;
    else high = factor;
    if (low > 0 && high / low <= TOLERANCE) break;
    factor = low === 0 ? high / STRIDE : high === Infinity ? low * STRIDE : Math.sqrt(low * high);
  }
  return high === Infinity ? factor : high;
}

function splitsWorthTrying(rows: readonly AttainmentRow[]): InstanceCounts[] {
  const most = largest(rows).goodput;
  return rows.filter(({ goodput }) => goodput >= WORTH_TRYING * most).map(({ counts }) => counts);
}

function settingAt(
  settings: DemoSettings,
  window: ReplayWindow,
  capacity: CapacityStage,
  factor: number,
): ReplaySetting {
  const { profile, slo, seed } = settings;
  return {
    ...{ trace: scaledSlice(settings, window.startAt, window.endAt, factor), window, profile, slo, seed },
    ...{ limits: capacity.limits, initial: capacity.splits[0]!.counts },
    ...{ intervalSeconds: DEMO.intervalSeconds, binSeconds: DEMO.binSeconds },
  };
}

/** A part of what is replayed. */
function during(setting: ReplaySetting, window: ReplayWindow): ReplaySetting {
  return { ...setting, window, trace: sliceTrace(setting.trace, window.startAt, window.endAt) };
}

/** A part of the trace under load scaling. */
function scaledSlice({ trace, seed }: DemoSettings, from: number, to: number, factor: number): Trace {
  const random = seededRandom(seed, `load scaling from ${from}`);
  return loadScale(sliceTrace(trace, from, to), factor, random, { binSeconds: backtestBinSeconds(trace) });
}

async function replayStatics(setting: ReplaySetting, splits: readonly InstanceCounts[]): Promise<StaticResult[]> {
  const specs = splits.map((counts) => ({ kind: 'static', counts }) as const);
  const results = await replay(setting, specs);
  return results.map((result, i) => ({ counts: splits[i]!, result }));
}

function bestOf(results: readonly StaticResult[]): StaticResult {
  return results.reduce((best, next) => (next.result.attainment > best.result.attainment ? next : best));
}

function bestOfEachSize(results: readonly StaticResult[]): StaticResult[] {
  const sizeOf = ({ counts }: StaticResult): number => (counts.prefill ?? 0) + (counts.decode ?? 0);
  const sizes = [...new Set(results.map(sizeOf))].sort((a, b) => a - b);
  return sizes.map((size) => bestOf(results.filter((result) => sizeOf(result) === size)));
}

function largest(rows: readonly AttainmentRow[]): AttainmentRow {
  return rows.reduce((best, row) => (row.goodput > best.goodput ? row : best));
}

import type { LengthHistogram, LengthHistograms } from '../../load/index.js';
import { histogramOf } from './length-buckets.js';
import type { InstantSample } from './prometheus-api.js';
import { podLabelOf } from './promql.js';
import type { QueryName } from './queries.js';
import {
  entryPool,
  exitPool,
  leastFreshSampleAt,
  type LiveReadings,
  type MetricsSource,
  type PoolSelector,
  type RoleReadings,
} from './source.js';

/** Asks one of the queries about a pool; `seconds` is its `$range`. */
export interface PoolReader {
  readonly instant: (name: QueryName, pool: PoolSelector, seconds: number, at: number) => Promise<InstantSample[]>;
  readonly range: (
    name: QueryName,
    pool: PoolSelector,
    from: number,
    to: number,
    step: number,
  ) => Promise<Float64Array>;
}

/** When is read, over what window, and what is too old. */
interface Moment {
  readonly at: number;
  readonly windowSeconds: number;
  readonly staleSeconds: number;
}

/** What one pool says at a moment. */
interface PoolReading extends RoleReadings {
  readonly pool: PoolSelector;
  readonly ttft: number | null;
  readonly byPod: Readonly<Record<string, number>>;
}

/** The service at a moment: all pools are asked at once. */
export async function readNow(
  reader: PoolReader,
  pools: readonly PoolSelector[],
  moment: Moment,
): Promise<LiveReadings> {
  const { at, windowSeconds } = moment;
  const [tpot, ...read] = await Promise.all([
    reader.instant('tpot', exitPool(pools), windowSeconds, at).then(soleValue),
    ...pools.map((pool) => readPool(reader, pool, moment)),
  ]);
  const ttfts = read.map(({ ttft }) => ttft);
  const named = read.filter(({ byPod }) => Object.keys(byPod).length > 0);
  return {
    at,
    roles: Object.fromEntries(
      read.map(({ pool, waiting, running, kvUse, newestSampleAt }) => [
        pool.role,
        { waiting, running, kvUse, newestSampleAt },
      ]),
    ),
    ttft: ttfts.includes(null) ? null : ttfts.reduce<number>((sum, ttft) => sum + ttft!, 0),
    tpot,
    newestSampleAt: leastFreshSampleAt(read),
    emptiestPods: Object.fromEntries(named.map(({ pool, byPod }) => [pool.role, byPod])),
  };
}

async function readPool(
  reader: PoolReader,
  pool: PoolSelector,
  { at, windowSeconds, staleSeconds }: Moment,
): Promise<PoolReading> {
  const ask = (name: QueryName): Promise<InstantSample[]> => reader.instant(name, pool, windowSeconds, at);
  const [waiting, running, kvUse, newestSampleAt, ttft] = await Promise.all([
    ask('waiting').then(soleValue),
    ask('running'),
    ask('kvUse').then(soleValue),
    ask('newest').then(soleValue),
    ask('ttft').then(soleValue),
  ]);
  const about = { pool, newestSampleAt, ttft };
  const isFresh = newestSampleAt !== null && newestSampleAt >= at - staleSeconds;
  if (!isFresh) return { ...about, waiting: null, running: null, kvUse: null, byPod: {} };
  return { ...about, waiting, kvUse, running: sumOf(running), byPod: byPodOf(running, podLabelOf(pool)) };
}

/** The number that a query gives; null when it gives none, or several, or one that is no count. */
function soleValue(samples: readonly InstantSample[]): number | null {
  const [sample, ...more] = samples;
  if (sample === undefined || more.length > 0 || !Number.isFinite(sample.value) || sample.value < 0) return null;
  return sample.value;
}

function sumOf(samples: readonly InstantSample[]): number | null {
  const sum = samples.reduce((total, { value }) => total + value, 0);
  return samples.length === 0 || !Number.isFinite(sum) ? null : sum;
}

function byPodOf(samples: readonly InstantSample[], podLabel: string): Record<string, number> {
  return Object.fromEntries(
    samples.flatMap(({ labels, value }) => {
      const pod = labels[podLabel];
      return pod === undefined || pod === '' || !Number.isFinite(value) ? [] : [[pod, value] as const];
    }),
  );
}

/** Lengths of the requests that ended in a span; null when none did or nothing tells of them. */
export async function readLengths(
  reader: PoolReader,
  pools: readonly PoolSelector[],
  ...[from, to]: Parameters<MetricsSource['mix']>
): Promise<LengthHistograms | null> {
  const seconds = Math.max(1, Math.round(to - from));
  const read = async (name: 'promptLengths' | 'outputLengths', pool: PoolSelector): Promise<LengthHistogram | null> => {
    const [buckets, sum] = await Promise.all([
      reader.instant(name, pool, seconds, to),
      reader.instant(name === 'promptLengths' ? 'promptLengthSum' : 'outputLengthSum', pool, seconds, to),
    ]);
    return histogramOf(
      buckets.map(({ labels, value }) => [labels.le ?? '', value] as const),
      soleValue(sum),
    );
  };
  const [prompt, output] = await Promise.all([
    read('promptLengths', entryPool(pools)),
    read('outputLengths', exitPool(pools)),
  ]);
  return prompt && output && { prompt, output };
}

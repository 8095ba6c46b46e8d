import { mixFromHistograms, type LoadSeries, type WorkloadMix } from '../../load/index.js';
import type { Store } from '../../store/index.js';
import { histogramOf } from './length-buckets.js';
import type { LengthTotals } from './pod-totals.js';

/** What came to a service; null where it is not known. */
export interface Arrivals {
  readonly requests: number | null;
  readonly promptTokens: number | null;
  readonly outputTokens: number | null;
  readonly promptLengths: LengthTotals | null;
  readonly outputLengths: LengthTotals | null;
}

/** What is kept of a bin: its arrivals, and how much of it was seen. */
interface KeptBin extends Arrivals {
  readonly seconds: number;
}

/** Bins of a load, kept in the store as they fill. */
export interface BinShelf {
  /** Adds what came within a span, spread evenly over the bins that it touches. */
  add(from: number, to: number, arrivals: Arrivals): void;
  load(from: number, to: number): LoadSeries;
  /** Lengths of what ended in the span; null when nothing did. */
  mix(from: number, to: number, gapShape: number): WorkloadMix | null;
}

/** Where and how bins are kept. */
export interface ShelfOptions {
  readonly store: Store;
  /** Names them in the store. */
  readonly collection: string;
  readonly binSeconds: number;
  readonly timeZone: string;
  /** Older ones are deleted. */
  readonly historySeconds: number;
}

/** Old bins are looked for so often. */
const PRUNE_EVERY_BINS = 60;
/** A bin of which less was seen is missing. */
const ENOUGH_SEEN = 0.95;

/** Opens the shelf of one service. */
export function openBinShelf({ store, collection, binSeconds, timeZone, historySeconds }: ShelfOptions): BinShelf {
  const kept = (from: number, to: number): { at: number; bin: KeptBin }[] =>
    store
      .between(collection, from, to, Math.ceil((to - from) / binSeconds) + 1)
      .map(({ at, value }) => ({ at, bin: value as KeptBin }));
  const addTo = (start: number, seconds: number, arrivals: Arrivals): void => {
    const key = String(start);
    const before = store.get(collection, key) as KeptBin | undefined;
    store.put(
      collection,
      key,
      start,
      before === undefined ? { seconds, ...arrivals } : joined(before, { seconds, ...arrivals }),
    );
    if (before === undefined && (start / binSeconds) % PRUNE_EVERY_BINS === 0)
      store.prune(collection, start - historySeconds, Number.MAX_SAFE_INTEGER);
  };
  return {
    add(from, to, arrivals) {
      for (let start = Math.floor(from / binSeconds) * binSeconds; start < to; start += binSeconds) {
        const seconds = Math.min(to, start + binSeconds) - Math.max(from, start);
        if (seconds > 0) addTo(start, seconds, shareOf(arrivals, seconds / (to - from)));
      }
    },
    load(from, to) {
      const first = Math.ceil(from / binSeconds);
      const bins = Math.max(0, Math.floor(to / binSeconds) - first);
      const column = (): Float64Array => new Float64Array(bins);
      const load = {
        requests: column(),
        promptTokens: column(),
        outputTokens: column(),
        observed: new Uint8Array(bins),
      };
      for (const { at, bin } of kept(first * binSeconds, (first + bins) * binSeconds)) {
        const row = Math.round(at / binSeconds) - first;
        if (bin.requests === null || bin.seconds < ENOUGH_SEEN * binSeconds) continue;
        load.observed[row] = 1;
        load.requests[row] = bin.requests;
        load.promptTokens[row] = bin.promptTokens ?? NaN;
        load.outputTokens[row] = bin.outputTokens ?? NaN;
      }
      return { startEpochSeconds: first * binSeconds, timeZone, binSeconds, ...load };
    },
    mix(from, to, gapShape) {
      const bins = kept(from, to);
      const lengths = (name: 'promptLengths' | 'outputLengths'): ReturnType<typeof histogramOf> => {
        const total = bins.map(({ bin }) => bin[name]).reduce(addedLengths, null);
        return total && histogramOf(Object.entries(total.upTo), total.sum);
      };
      const [prompt, output] = [lengths('promptLengths'), lengths('outputLengths')];
      return prompt && output && mixFromHistograms({ prompt, output }, gapShape);
    },
  };
}

const COUNTS = ['requests', 'promptTokens', 'outputTokens'] as const;

function shareOf(arrivals: Arrivals, share: number): Arrivals {
  const part = (value: number | null): number | null => (value === null ? null : value * share);
  const partOf = (lengths: LengthTotals | null): LengthTotals | null =>
    lengths && {
      upTo: Object.fromEntries(Object.entries(lengths.upTo).map(([bound, count]) => [bound, count * share])),
      sum: part(lengths.sum),
    };
  const [requests, promptTokens, outputTokens] = COUNTS.map((name) => part(arrivals[name])) as [number, number, number];
  return {
    ...{ requests, promptTokens, outputTokens },
    promptLengths: partOf(arrivals.promptLengths),
    outputLengths: partOf(arrivals.outputLengths),
  };
}

/** Two parts of a bin as one: what either does not know of is not known. */
function joined(a: KeptBin, b: KeptBin): KeptBin {
  const sum = (x: number | null, y: number | null): number | null => (x === null || y === null ? null : x + y);
  return {
    seconds: a.seconds + b.seconds,
    requests: sum(a.requests, b.requests),
    promptTokens: sum(a.promptTokens, b.promptTokens),
    outputTokens: sum(a.outputTokens, b.outputTokens),
    promptLengths: addedLengths(a.promptLengths, b.promptLengths),
    outputLengths: addedLengths(a.outputLengths, b.outputLengths),
  };
}

/** Lengths of both; where one knows none, the other's. */
export function addedLengths(a: LengthTotals | null, b: LengthTotals | null): LengthTotals | null {
  if (a === null || b === null) return a ?? b;
  const upTo: Record<string, number> = { ...a.upTo };
  for (const [bound, count] of Object.entries(b.upTo)) upTo[bound] = (upTo[bound] ?? 0) + count;
  return { upTo, sum: a.sum === null || b.sum === null ? null : a.sum + b.sum };
}

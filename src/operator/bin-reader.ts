import type { ClosedBin } from '../control/index.js';
import type { LoadSeries, WorkloadMix } from '../load/index.js';
import type { MetricsSource } from '../vllm/index.js';
import { keptBins, type LoadLearner } from './forecasting/index.js';
import type { GoodputScalerSpec } from './resource.js';

/** Reads the bins of a service for its learner: those that close, and the past before them from the newest on back. */
export interface BinReader {
  /**
   * Bins that have closed and settled since the last time. At first these are the newest of the past, of which only the last one is news.
   *
   * @param readMix reads the lengths of the requests of a span; null where they are not known
   * @throws UpstreamError; what was not read is read the next time
   */
  readClosed(
    spec: GoodputScalerSpec,
    now: number,
    readMix: (from: number, to: number) => Promise<WorkloadMix | null>,
  ): Promise<ClosedBin[]>;
  /**
   * Some more of the past, until as much is known as the learner keeps. What was read stays read; a piece that was not is tried again
   * the next time, half as long.
   *
   * @throws UpstreamError
   */
  readPast(spec: GoodputScalerSpec): Promise<void>;
  /** Whether more of the past is to come, and does: to learn from what there is would be to learn twice. */
  isPastComing(): boolean;
}

/** A bin is read when it ended so long ago, or half a bin if that is shorter: every pod's last scrape is in by then. */
const SETTLE_SECONDS = 15;
/** The mix of requests is read from so much of the history. */
const MIX_SECONDS = 86_400;
/** Most bins of one piece of the past: what Prometheus answers at once. */
const PIECE_BINS = 2000;
/** A piece that fails is asked for by halves, but no smaller than this. */
const LEAST_PIECE_BINS = 60;
/** Most pieces of the past in one reading: decisions wait for them. */
const PIECES_A_READING = 4;

/** Opens a reader that has read nothing yet. */
export function openBinReader(source: MetricsSource, learner: LoadLearner): BinReader {
  let known: { readonly from: number; readonly to: number } | null = null;
  let piece = PIECE_BINS;
  let isPastComing = false;
  const startOf = ({ load, forecast }: GoodputScalerSpec, to: number): number =>
    to - keptBins(forecast.history, load.bin) * load.bin;
  return {
    async readClosed(spec, now, readMix) {
      const { bin } = spec.load;
      const settled = Math.floor((now - Math.min(SETTLE_SECONDS, bin / 2)) / bin) * bin;
      const start = startOf(spec, settled);
      const from = Math.max(start, known?.to ?? settled - PIECE_BINS * bin);
      const to = Math.min(settled, from + PIECE_BINS * bin);
      if (to <= from) return [];
      const bins = await source.history(from, to, bin);
      learner.append(bins, await readMix(Math.max(known === null ? start : from, to - MIX_SECONDS), to));
      const isFirst = known === null;
      known = { from: known?.from ?? from, to };
      isPastComing ||= isFirst && from > start;
      return closedBinsOf(bins, from, isFirst ? 1 : Infinity);
    },
    async readPast(spec) {
      if (known === null) return;
      const start = startOf(spec, known.to);
      for (let pieces = 0; known.from > start && pieces < PIECES_A_READING; pieces++) {
        const from = Math.max(start, known.from - piece * spec.load.bin);
        isPastComing = false;
        learner.prepend(await source.history(from, known.from, spec.load.bin).catch(halve));
        known = { ...known, from };
        isPastComing = from > start;
      }
    },
    isPastComing: () => isPastComing,
  };
  function halve(error: unknown): never {
    piece = Math.max(LEAST_PIECE_BINS, Math.floor(piece / 2));
    throw error;
  }
}

/** The newest bins as control takes them; what is missing is null. */
function closedBinsOf(load: LoadSeries, from: number, most: number): ClosedBin[] {
  const bins: ClosedBin[] = [];
  for (let i = Math.max(0, load.requests.length - most); i < load.requests.length; i++) {
    const isKnown = load.observed[i] === 1;
    const value = (column: Float64Array): number | null => (isKnown && !Number.isNaN(column[i]) ? column[i]! : null);
    bins.push({
      endsAt: (load.startEpochSeconds ?? from) + (i + 1) * load.binSeconds,
      requests: value(load.requests),
      promptTokens: value(load.promptTokens),
      outputTokens: value(load.outputTokens),
    });
  }
  return bins;
}

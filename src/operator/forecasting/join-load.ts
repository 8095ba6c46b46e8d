import type { LoadSeries } from '../../load/index.js';

const COLUMNS = ['requests', 'promptTokens', 'outputTokens'] as const;

/**
 * A load with the bins of another that come after its last one; bins in between are missing. Of more than `mostBins` the oldest go.
 *
 * @param known null: nothing yet
 * @throws RangeError when the two do not lie on one dated grid
 */
export function joinLoad(known: LoadSeries | null, next: LoadSeries, mostBins: number): LoadSeries {
  const { startEpochSeconds, binSeconds } = next;
  if (startEpochSeconds === null) throw new RangeError('Cannot join loads: the bins must have dates');
  if (known === null) return lastBins(next, mostBins);
  const offset = (startEpochSeconds - endOf(known)) / binSeconds;
  if (known.binSeconds !== binSeconds || Math.abs(offset - Math.round(offset)) > 1e-6)
    throw new RangeError(
      `Cannot join loads: bins of ${binSeconds} s from ${startEpochSeconds} do not go on those of ${known.binSeconds} s`,
    );
  const skipped = Math.max(0, -Math.round(offset));
  if (skipped >= next.requests.length) return known;
  const gap = Math.max(0, Math.round(offset));
  if (gap >= mostBins) return lastBins(next, mostBins);
  const join = (old: ArrayLike<number>, fresh: ArrayLike<number>): number[] => [
    ...Array.from(old),
    ...new Array<number>(gap).fill(0),
    ...Array.from(fresh).slice(skipped),
  ];
  const [requests, promptTokens, outputTokens] = COLUMNS.map((name) =>
    Float64Array.from(join(known[name], next[name])),
  );
  return lastBins(
    {
      ...known,
      ...{ requests: requests!, promptTokens: promptTokens!, outputTokens: outputTokens! },
      observed: Uint8Array.from(join(known.observed, next.observed)),
    },
    mostBins,
  );
}

/** Unix time at which a dated load ends. */
export function endOf({ startEpochSeconds, requests, binSeconds }: LoadSeries): number {
  return (startEpochSeconds ?? 0) + requests.length * binSeconds;
}

/** The newest bins of a dated load. */
export function lastBins(load: LoadSeries, mostBins: number): LoadSeries {
  const first = Math.max(0, load.requests.length - mostBins);
  return {
    ...load,
    startEpochSeconds: (load.startEpochSeconds ?? 0) + first * load.binSeconds,
    requests: load.requests.slice(first),
    promptTokens: load.promptTokens.slice(first),
    outputTokens: load.outputTokens.slice(first),
    observed: load.observed.slice(first),
  };
}

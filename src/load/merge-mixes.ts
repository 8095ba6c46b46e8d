import type { WorkloadMix } from './mix.js';

/**
 * The mix of the requests of two mixes, those of `older` counting `keep` as much. Shape and failed share are weighed by requests.
 *
 * @param keep in [0, 1]
 */
export function mergeMixes(older: WorkloadMix, newer: WorkloadMix, keep: number): WorkloadMix {
  const oldRequests = keep * requestsIn(older);
  const newRequests = requestsIn(newer);
  const all = oldRequests + newRequests;
  const weigh = (old: number, fresh: number): number =>
    all > 0 ? (oldRequests * old + newRequests * fresh) / all : fresh;
  const weights = older.weights.map((weight, cell) => keep * weight + newer.weights[cell]!);
  const means = (column: 'meanPrompt' | 'meanOutput'): Float64Array =>
    weights.map((weight, cell) => {
      if (weight === 0) return 0;
      const old = keep * older.weights[cell]! * older[column][cell]!;
      return (old + newer.weights[cell]! * newer[column][cell]!) / weight;
    });
  return {
    gapShape: weigh(older.gapShape, newer.gapShape),
    failedShare: weigh(older.failedShare, newer.failedShare),
    ...{ weights, meanPrompt: means('meanPrompt'), meanOutput: means('meanOutput') },
  };
}

/** Requests behind a mix. */
function requestsIn({ weights }: WorkloadMix): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

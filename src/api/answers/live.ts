import { InputError, seededRandom } from '../../base/index.js';
import {
  refineLoad,
  targetOf,
  type LoadSeries,
  type TargetName,
  type TargetSeries,
  type WorkloadMix,
} from '../../load/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import type { Question } from '../questions.js';

/** What was read of a running service for one question: its bins up to now, its mix, and what runs. */
export interface LivePast {
  readonly load: LoadSeries;
  /** Null while nothing tells how long requests are. */
  readonly mix: WorkloadMix | null;
  /** Pods of each pool; null where metrics do not name them. */
  readonly present: InstanceCounts | null;
}

/** The bins that a forecast is made from, and where they end. */
export interface PastSeries {
  readonly series: TargetSeries;
  /** End of the last bin, seconds from `startEpochSeconds`. */
  readonly originSeconds: number;
  readonly startEpochSeconds: number | null;
  /** What the load was multiplied by. */
  readonly factor: number;
}

/**
 * The bins of a running service, scaled as the question says.
 *
 * @throws InputError when no bin was observed, or nothing arrived where a mean rate is asked for
 */
export function liveSeries(
  { load, mix }: LivePast,
  { traffic, seed }: Pick<Question<'forecast'>, 'traffic' | 'seed'>,
  target: TargetName,
): PastSeries {
  const factor = factorOf(load, traffic);
  const random = seededRandom(seed, 'load scaling');
  const scaled = factor === 1 ? load : refineLoad(load, factor, 1, mix?.gapShape ?? 1, random);
  return {
    series: targetOf(scaled, target),
    originSeconds: load.requests.length * load.binSeconds,
    startEpochSeconds: load.startEpochSeconds,
    factor,
  };
}

function factorOf({ requests, observed, binSeconds }: LoadSeries, traffic: Question<'forecast'>['traffic']): number {
  const bins = observed.reduce((sum, one) => sum + one, 0);
  if (bins === 0) throw new InputError('traffic.trace: no bin of the running service is known yet');
  const rate = requests.reduce((sum, count) => sum + count, 0) / (bins * binSeconds);
  if (traffic.meanRate === undefined) return (traffic.factor ?? 1) * traffic.growth;
  if (rate === 0) throw new InputError('traffic.meanRate: nothing arrived in this part, so that nothing can be scaled');
  return (traffic.meanRate / rate) * traffic.growth;
}

/** Mean and root mean square of prompts and responses, each as the tenth-wide step it lies in: a table holds while they stay. */
export function lengthClasses({ weights, meanPrompt, meanOutput }: WorkloadMix): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return [meanPrompt, meanOutput].flatMap((lengths) => {
    const mean = weights.reduce((sum, weight, cell) => sum + weight * lengths[cell]!, 0) / total;
    const square = weights.reduce((sum, weight, cell) => sum + weight * lengths[cell]! ** 2, 0) / total;
    return [mean, Math.sqrt(square)].map((moment) => Math.round(Math.log(moment) / Math.log(1.1)));
  });
}

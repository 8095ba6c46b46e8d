import { InputError } from '../../base/index.js';
import { advanceCluster, observeCluster, openStatic } from '../../serving/index.js';
import {
  generateTrace,
  meanRateOf,
  requestCount,
  sliceTrace,
  type GenerateOptions,
  type GeneratorModel,
  type Trace,
} from '../../trace/index.js';
import type { ReportProgress } from '../progress.js';
import type { ServingChoice } from '../serving-options.js';

/** KV use is looked at so often, of the simulated time after the warm-up. */
const SAMPLES = 2000;
/** The first part of the simulated time, in which the cache fills. */
const WARM_UP_SHARE = 0.1;
/** Simulated requests per try are about so many at most: the rate decides how long a part of the trace that is. */
const MOST_REQUESTS = 40_000;
const STEPS = 18;
const CLOSE = 0.01;

/**
 * The mean rate at which a deployment uses a share of its KV cache, by bisection over the rate: the same seed at every rate, so
 * only β changes. @source BurstGPT 4.2: β is set for 30 to 40 % of the cache
 *
 * @param target mean share over time and instances of the role that decodes
 * @throws InputError when no rate reaches it
 */
export async function rateForKvUse(
  model: GeneratorModel,
  options: GenerateOptions,
  choice: ServingChoice,
  target: number,
  tell: ReportProgress,
): Promise<{ meanRate: number; kvUse: number }> {
  const own = meanRateOf(model);
  let [low, high] = [Math.log(own / 1e4), Math.log(own * 1e5)];
  let best = { meanRate: own, kvUse: NaN };
  for (let step = 0; step < STEPS + 10; step++) {
    tell(step, STEPS + 10, `${Math.exp((low + high) / 2).toPrecision(3)} requests/s`);
    await new Promise(setImmediate);
    const meanRate = Math.exp((low + high) / 2);
    const kvUse = kvUseAt(model, { ...options, meanRate }, choice);
    if (!(Math.abs(kvUse - target) >= Math.abs(best.kvUse - target))) best = { meanRate, kvUse };
    if (Math.abs(kvUse - target) < CLOSE * target) return best;
    if (kvUse < target) low = Math.log(meanRate);
    else high = Math.log(meanRate);
  }
  if (Math.abs(best.kvUse - target) < 0.05) return best;
  throw new InputError(
    `--target-kv ${target}: no rate uses so much of the KV cache; closest ${best.kvUse.toFixed(3)} at ${best.meanRate.toPrecision(3)} requests/s`,
  );
}

/** Mean KV use of the instances that decode, over the generated trace or as much of it as MOST_REQUESTS take. */
export function kvUseAt(model: GeneratorModel, options: GenerateOptions, choice: ServingChoice): number {
  const wanted = MOST_REQUESTS / (options.meanRate ?? meanRateOf(model)) / 86400;
  const trace = served(generateTrace(model, { ...options, days: Math.min(options.days, Math.max(wanted, 1 / 1440)) }));
  if (requestCount(trace) === 0) return 0;
  const { deployment, counts, instances } = choice;
  const cluster = openStatic(trace, { ...deployment, counts: counts ?? { serve: instances ?? 1 } });
  const end = trace.endSeconds!;
  const from = WARM_UP_SHARE * end;
  let sum = 0;
  for (let sample = 1; sample <= SAMPLES; sample++) {
    advanceCluster(cluster, Math.max(cluster.now, from + ((end - from) * sample) / SAMPLES));
    const { serve, decode } = observeCluster(cluster);
    sum += (decode ?? serve)!.kvUse;
  }
  return sum / SAMPLES;
}

function served(trace: Trace): Trace {
  return sliceTrace(trace, 0, trace.endSeconds!);
}

import { mean, variance } from '../base/index.js';
import type { Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import type { RatePoint } from './goodput.js';
import type { LatencyProfile } from './profile.js';
import type { StaticDeployment } from './simulate.js';

/** The standard normal's 95 %: 90 % lie between it and its negative. */
const Z = 1.645;
/** The slope of the attainment is taken between rates that are at least so far from the goodput. */
const SLOPE_REACH = 1.02;

/**
 * The interval (90 %) of a goodput: how far chance moves it with so many requests. Two things do, and their squares add:
 *
 * - how much work comes in a run: the relative deviation of a sum of n requests that come at random, each with a random work, is
 *   √((cv²(gaps) + cv²(work)) / n). Capacity moves by as much. The work is the model seconds that a request adds to a step, of the
 *   phase (prompts or responses) whose work varies most;
 * - which requests meet their bounds: √(a (1 - a) / n) at an attainment a, divided by how steeply the attainment falls with the rate.
 *
 * @param points simulated, ascending by rate
 * @param kept the goodput; 0 when no rate kept the target
 * @param missedAt the smallest rate that missed it; Infinity when none did
 */
export function goodputInterval(
  trace: Trace,
  { profile }: StaticDeployment,
  { attainment: target }: Slo,
  points: readonly RatePoint[],
  kept: number,
  missedAt: number,
): [low: number, high: number] {
  if (kept === 0) return [0, missedAt];
  const requests = trace.arrival.length;
  if (requests < 3) return [0, Infinity];
  const work = Math.sqrt((squaredVariation(gapsOf(trace)) + workVariation(trace, profile)) / requests);
  const chance = Math.sqrt((target * (1 - target)) / requests) / slopeAt(points, kept);
  const margin = Math.min(1, Z * Math.hypot(work, chance));
  return [kept * (1 - margin), missedAt === Infinity ? Infinity : Math.max(missedAt, kept * (1 + margin))];
}

/** How much the attainment falls per relative rise of the rate, around a rate; Infinity where too few rates are known. */
function slopeAt(points: readonly RatePoint[], rate: number): number {
  const below = points.findLast((point) => point.rate <= rate / SLOPE_REACH);
  const above = points.find((point) => point.rate >= rate * SLOPE_REACH);
  if (!below || !above) return Infinity;
  return Math.max(1e-9, below.attainment - above.attainment) / Math.log(above.rate / below.rate);
}

/** The larger squared coefficient of variation of what prompts and of what responses cost. */
function workVariation({ promptTokens, outputTokens }: Trace, { decode, prefill }: LatencyProfile): number {
  const served = Array.from(outputTokens.keys()).filter((row) => outputTokens[row]! > 0);
  const prompts = served.map(
    (row) => promptTokens[row]! * (prefill.long.perToken + prefill.perAttention * promptTokens[row]! * 0.5),
  );
  const responses = served.map((row) => {
    const context = promptTokens[row]! + outputTokens[row]! / 2;
    return outputTokens[row]! * (decode.perSequence + decode.perContextToken * context);
  });
  return Math.max(squaredVariation(prompts), squaredVariation(responses));
}

function gapsOf({ arrival }: Trace): Float64Array {
  return arrival.slice(1).map((at, i) => at - arrival[i]!);
}

/** Variance over the squared mean; 0 of what never varies. */
function squaredVariation(values: ArrayLike<number>): number {
  const centre = mean(values);
  return centre > 0 ? variance(values) / centre ** 2 : 0;
}

import type { Answer } from '../../../clients/typescript/src/index.js';
import { capacityAnswer, contestAnswer, forecastAnswer, goodputAnswer, planAnswer } from '../../../src/api/index.js';

/** Answers with planted numbers; each fits its schema. */

const SLO = { ttftSeconds: 1, tpotSeconds: 0.03, attainment: 0.9 };
const PROFILE = 'h100-llama-3.1-8b-bf16';

const OPTION = {
  ...{ profile: PROFILE, counts: { serve: 4 }, gpus: 4, attainment: 0.94, goodput: 98, headroom: 1.1, costPerHour: 12 },
  busiest: { low: 0.4, mean: 0.5, high: 0.6 },
};

/** Four GPUs reach 94 %, three 80 %; the busiest ten minutes are missed. */
export function capacity(changes: Partial<Answer<'capacity'>> = {}): Answer<'capacity'> {
  const curve = [
    { gpus: 3, counts: { serve: 3 }, attainment: 0.8, goodput: 75 },
    { gpus: 4, counts: { serve: 4 }, attainment: 0.94, goodput: 98 },
  ];
  const gpusAtLoad = [
    { factor: 0.8, gpus: 3 },
    { factor: 1, gpus: 4 },
    { factor: 1.25, gpus: null },
  ];
  return capacityAnswer.parse({
    ...{ schema: 'foresail.capacity/1', slo: SLO, loadFactor: 2, reason: 'because' },
    load: { requests: 1000, meanRate: 30, peakRate: 121 },
    ...{ best: OPTION, runnerUp: { ...OPTION, counts: { prefill: 2, decode: 2 }, attainment: 0.91 } },
    profiles: [{ profile: PROFILE, pricePerGpuHour: 3, best: OPTION, curve, gpusAtLoad }],
    ...changes,
  }) as Answer<'capacity'>;
}

/** Every split of up to two GPUs; one of each is best apart, two colocated are best in all. */
export function goodput(
  rates: readonly [serve1: number, serve2: number, apart: number] = [20, 50, 44],
): Answer<'goodput'> {
  const row = (counts: object, gpus: number, rate: number): object => ({
    ...{ ...counts, gpus, goodput: rate, low: 0.9 * rate, high: 1.1 * rate, goodputPerGpu: rate / gpus },
  });
  const configurations = [
    row({ serve: 1 }, 1, rates[0]),
    row({ serve: 2 }, 2, rates[1]),
    row({ prefill: 1, decode: 1 }, 2, rates[2]),
  ];
  return goodputAnswer.parse({
    ...{ schema: 'foresail.goodput/1', profile: PROFILE, slo: SLO, configurations, best: configurations[1] },
    workload: { requests: 2000, meanPromptTokens: 683, meanOutputTokens: 271 },
  }) as Answer<'goodput'>;
}

/** Three bins of 600 s before, two after; the load doubles. */
export function forecast(startEpochSeconds: number | null = null): Answer<'forecast'> {
  const step = (atSeconds: number, mean: number): object => ({
    ...{ atSeconds, mean, p50: mean, p80: 1.1 * mean, p90: 1.2 * mean, p95: 1.5 * mean, p99: 2 * mean },
  });
  return forecastAnswer.parse({
    ...{ schema: 'foresail.forecast/1', startEpochSeconds, originSeconds: 1800, binSeconds: 600, target: 'requests' },
    ...{ model: 'ensemble', loadFactor: 1, steps: [step(1800, 6000), step(2400, 6600)] },
    history: [600, null, 6600].map((value, i) => ({ atSeconds: 600 * i, value: value === null ? null : 3000 })),
  });
}

/** A plan of three minutes that begins with two GPUs; `later` is what its last two minutes hold. */
export function plan(
  later: { prefill: number; decode: number } = { prefill: 1, decode: 2 },
  changes: Partial<Answer<'plan'>> = {},
): Answer<'plan'> {
  const holds = [{ prefill: 1, decode: 1 }, later, later];
  const steps = holds.map((counts, i) => ({
    ...{ atSeconds: 60 * i, ...counts, expectedRate: 20 + i, plannedRate: 30 + i },
  }));
  const gpuSeconds = holds.reduce((sum, { prefill, decode }) => sum + 60 * (prefill + decode), 0);
  const still = holds.map((_, i) => ({ atSeconds: 60 * i, prefill: 1, decode: 3 }));
  return planAnswer.parse({
    ...{ schema: 'foresail.plan/1', startEpochSeconds: null, originSeconds: 0, stepSeconds: 60, launchSeconds: 69.4 },
    ...{ loadFactor: 1, profile: PROFILE, slo: SLO, present: { prefill: 1, decode: 1 }, steps, gpuSeconds },
    ...{ predictedAttainment: 0.97, simulated: null, runnerUp: null, binding: 'slo' },
    bestStatic: {
      ...{ counts: { prefill: 1, decode: 3 }, of: 6, steps: still, predictedAttainment: 0.99, gpuSeconds: 720 },
      simulated: null,
    },
    ...changes,
  }) as Answer<'plan'>;
}

/** Ten minutes under three policies with these attainments. */
export function contest(attainments: readonly [fixed: number, hpa: number, foresail: number]): Answer<'contest'> {
  const none = { mean: null, p50: null, p90: null, p99: null };
  const results = ['static 1:2', 'HPA-like rule', 'Foresail'].map((policy, i) => ({
    ...{ policy, requests: 1000, attainment: attainments[i], goodRate: 40, goodputPerGpu: 8 + i, gpuHours: 2 },
    ...{ averageGpus: 5, ttftSeconds: none, tpotSeconds: none, scaleEvents: i, reversals: 0 },
    timeline: [
      { atSeconds: 3600, prefill: 1, decode: 2 },
      { atSeconds: 3900, prefill: 1 + i, decode: 2 },
    ],
  }));
  const keeps = (i: number): number => (attainments[i]! >= SLO.attainment ? 1 : 0);
  const ranking = [2, 1, 0].sort((a, b) => keeps(b) - keeps(a) || b - a).map((i) => results[i]!.policy);
  return contestAnswer.parse({
    ...{
      schema: 'foresail.contest/1',
      profile: PROFILE,
      slo: SLO,
      startEpochSeconds: null,
      loadFactor: 1,
      results,
      ranking,
    },
    ...{ initial: { prefill: 1, decode: 2 }, window: { startSeconds: 3600, endSeconds: 4200 } },
  }) as Answer<'contest'>;
}

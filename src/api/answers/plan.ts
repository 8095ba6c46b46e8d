import { InputError } from '../../base/index.js';
import type { Forecast } from '../../forecast/index.js';
import type { WorkloadMix } from '../../load/index.js';
import {
  allowedConfigurations,
  brokenRule,
  type FleetLimits,
  type PlanPath,
  type SimulatedPlan,
} from '../../plan/index.js';
import { meanLaunchSeconds } from '../../serving/index.js';
import { observedSpan, type Trace } from '../../trace/index.js';
import type { Answer, Question } from '../questions.js';
import { rowsFor } from './attainment-rows.js';
import {
  forecastForPlan,
  measurePlanTable,
  planMix,
  searchAndTry,
  type PlanAnswer,
  type PlanQuestion,
} from './make-plan.js';
import { finite, keyOf, type AnswerTools } from './memory.js';
import { deploymentOf, partKey, readPart, sloOf } from './traffic.js';

/** Forecasts, searches and tries out; the table and the forecast are kept for questions about the same past. */
export async function answerPlan(
  question: Question<'plan'>,
  { traceFile, memory, report }: AnswerTools,
): Promise<Answer<'plan'>> {
  const part = await readPart(question.traffic, traceFile);
  const asked = planQuestionOf(question, part.trace, part.factor);
  const mix = rememberedMix(question, part.trace);
  const table = await rowsFor(
    memory,
    planTableKey(question),
    question.slo.attainment,
    allowedConfigurations(asked.limits),
    async (missing) => (await measurePlanTable(asked, mix, missing, report, 1)).rows,
  );
  const key = planForecastKey(question);
  let forecast = memory.recall(key) as Forecast | undefined;
  if (forecast === undefined) {
    report(0, 1, 'fitting');
    forecast = await forecastForPlan(asked, part.trace, mix.gapShape);
    memory.keep(key, forecast);
  }
  return answerOf(question, asked, searchAndTry(asked, { mix, table, forecast }));
}

/** What of a plan's question names its attainment table. */
export function planTableKey({ traffic, profile, slo, scheduler, stepSeconds, seed }: Question<'plan'>): string {
  return keyOf('attainment', ['plan', ...partKey(traffic), profile, slo, scheduler, stepSeconds, seed]);
}

/** What of a plan's question names its forecast. */
export function planForecastKey({ traffic, stepSeconds, steps, model, seed }: Question<'plan'>): string {
  return keyOf('forecast', ['plan', traffic, stepSeconds, steps, model, seed]);
}

/** What the fleet may be. */
export function limitsOf({
  split,
  maxGpus,
  ratio,
}: Pick<Question<'plan'>, 'split' | 'maxGpus' | 'ratio'>): FleetLimits {
  const role = { minReplicas: 1, maxReplicas: maxGpus, gpusPerReplica: 1 };
  if (split === 'serve') return { roles: { serve: role }, maxGpus };
  return { roles: { prefill: role, decode: role }, maxGpus, ratio };
}

/** The mix of the last part that this thread planned for. */
let lastMix: { key: string; mix: WorkloadMix } | null = null;

function rememberedMix({ traffic }: Question<'plan'>, trace: Trace): WorkloadMix {
  const key = JSON.stringify(partKey(traffic));
  if (lastMix?.key !== key) lastMix = { key, mix: planMix(trace) };
  return lastMix.mix;
}

function planQuestionOf(question: Question<'plan'>, trace: Trace, factor: number): PlanQuestion {
  const { profile, scheduler, stepSeconds, steps, model, quantile, beamWidth, seed, tryOut } = question;
  const { start, end } = observedSpan(trace);
  if (end - start < 2 * stepSeconds)
    throw new InputError('traffic.forSeconds: a plan needs at least two steps of traffic before it');
  const deployment = deploymentOf(profile, scheduler);
  const limits = limitsOf(question);
  const broken = question.present && brokenRule(question.present, limits);
  if (
    question.present &&
    (broken === 'budget' || (question.present.serve === undefined) === (question.split === 'serve'))
  )
    throw new InputError(`present: must be ${question.split} instances within maxGpus (${question.maxGpus})`);
  return {
    ...{
      trace,
      originAt: end,
      factor,
      limits,
      present: question.present ?? null,
      deployment,
      slo: sloOf(question.slo),
    },
    ...{ model, quantile, stepSeconds, steps, beamWidth, seed, tryOut },
    launchSeconds: question.launchSeconds ?? meanLaunchSeconds(deployment.profile),
  };
}

function answerOf(question: Question<'plan'>, asked: PlanQuestion, made: PlanAnswer): Answer<'plan'> {
  const { originAt, stepSeconds, trace, factor, launchSeconds } = asked;
  const { plan, demand, bestStatic } = made;
  const atStep = (step: number): number => originAt + step * stepSeconds;
  const stepsOf = (path: PlanPath): Answer<'plan'>['bestStatic']['steps'] =>
    path.steps.map((counts, step) => ({ atSeconds: atStep(step), ...counts }));
  const figures = (
    path: PlanPath,
    simulated: SimulatedPlan | null,
  ): Pick<Answer<'plan'>, 'predictedAttainment' | 'gpuSeconds' | 'simulated'> => ({
    predictedAttainment: finite(path.predictedAttainment),
    gpuSeconds: path.gpuSeconds,
    simulated:
      simulated === null || !question.tryOut
        ? null
        : { attainment: finite(simulated.attainment), gpuSeconds: simulated.gpuSeconds },
  });
  return {
    schema: 'foresail.plan/1',
    ...{ startEpochSeconds: trace.startEpochSeconds, originSeconds: originAt, stepSeconds, launchSeconds },
    ...{ loadFactor: factor, profile: question.profile, slo: question.slo, present: made.present },
    steps: stepsOf(plan).map((counts, step) => ({
      ...counts,
      expectedRate: demand.expected[step]!,
      plannedRate: demand.high[step]!,
    })),
    ...figures(plan, made.simulated),
    runnerUp: plan.runnerUp && { steps: stepsOf(plan.runnerUp), ...figures(plan.runnerUp, made.simulatedRunnerUp) },
    binding: plan.binding,
    bestStatic: {
      ...{ counts: bestStatic.counts, of: made.staticsCompared, steps: stepsOf(bestStatic) },
      ...figures(bestStatic, made.simulatedStatic),
    },
  };
}

import { InputError } from '../../base/index.js';
import { makeForecaster, type Forecast } from '../../forecast/index.js';
import type { WorkloadMix } from '../../load/index.js';
import {
  allowedConfigurations,
  brokenRule,
  type FleetLimits,
  type PlanPath,
  type SimulatedPlan,
} from '../../plan/index.js';
import { meanLaunchSeconds } from '../../serving/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import { observedSpan, type Trace } from '../../trace/index.js';
import type { Answer, Question } from '../questions.js';
import { rowsFor } from './attainment-rows.js';
import { lengthClasses, liveSeries, type LivePast } from './live.js';
import {
  forecastForPlan,
  measurePlanTable,
  planMix,
  searchAndTry,
  type PlanAnswer,
  type PlanQuestion,
  type PlanRules,
} from './make-plan.js';
import { finite, keyOf, type AnswerTools } from './memory.js';
import { deploymentOf, partKey, readPart, sloOf } from './traffic.js';

/** Forecasts, searches and tries out; the table and the forecast are kept for questions about the same past. */
export async function answerPlan(question: Question<'plan'>, tools: AnswerTools): Promise<Answer<'plan'>> {
  if (tools.past !== null) return answerLivePlan(question, tools, tools.past);
  const { traceFile, memory, report } = tools;
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
  const { startEpochSeconds } = part.trace;
  return answerOf(question, { ...asked, startEpochSeconds }, searchAndTry(asked, { mix, table, forecast }));
}

/** The same for a running service: its newest bins are fitted, and the table is kept while the lengths of its requests stay as they are. */
async function answerLivePlan(
  question: Question<'plan'>,
  { memory, report }: AnswerTools,
  past: LivePast,
): Promise<Answer<'plan'>> {
  const { mix, present } = past;
  if (mix === null) throw new InputError('traffic.trace: no request has ended yet that tells how long requests are');
  const rules = planRulesOf(question, present);
  const table = await rowsFor(
    memory,
    livePlanTableKey(question, mix),
    question.slo.attainment,
    allowedConfigurations(rules.limits),
    async (missing) => (await measurePlanTable(rules, mix, missing, report, 1)).rows,
  );
  report(0, 1, 'fitting');
  const { series, originSeconds, startEpochSeconds, factor } = liveSeries(past, question, 'requests');
  const forecaster = makeForecaster(question.model, { horizon: question.steps, seed: question.seed });
  await forecaster.fit(series);
  const made = searchAndTry(rules, { mix, table, forecast: forecaster.forecast(question.steps) });
  return answerOf(question, { ...rules, originAt: originSeconds, factor, startEpochSeconds }, made);
}

/** What names the table of a running service: its lengths, in steps of a tenth. */
export function livePlanTableKey(question: Question<'plan'>, mix: WorkloadMix): string {
  const { profile, slo, scheduler, stepSeconds, seed } = question;
  return keyOf('attainment', ['live', lengthClasses(mix), profile, slo, scheduler, stepSeconds, seed]);
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
  const { start, end } = observedSpan(trace);
  if (end - start < 2 * question.stepSeconds)
    throw new InputError('traffic.forSeconds: a plan needs at least two steps of traffic before it');
  return { ...planRulesOf(question, null), trace, originAt: end, factor };
}

/** @param running what runs now, if the question does not say; it counts where it is of the split that is asked for */
function planRulesOf(question: Question<'plan'>, running: InstanceCounts | null): PlanRules {
  const { profile, scheduler, stepSeconds, steps, model, quantile, beamWidth, seed, tryOut } = question;
  const deployment = deploymentOf(profile, scheduler);
  const limits = limitsOf(question);
  const broken = question.present && brokenRule(question.present, limits);
  if (
    question.present &&
    (broken === 'budget' || (question.present.serve === undefined) === (question.split === 'serve'))
  )
    throw new InputError(`present: must be ${question.split} instances within maxGpus (${question.maxGpus})`);
  const isUsable = running !== null && brokenRule(running, limits) === null;
  const present = question.present ?? (isUsable ? running : null);
  return {
    ...{ limits, present, deployment, slo: sloOf(question.slo) },
    ...{ model, quantile, stepSeconds, steps, beamWidth, seed, tryOut },
    launchSeconds: question.launchSeconds ?? meanLaunchSeconds(deployment.profile),
  };
}

/** Where a plan begins, and on which clock. */
type Origin = Pick<PlanQuestion, 'originAt' | 'stepSeconds' | 'factor' | 'launchSeconds'> & {
  readonly startEpochSeconds: number | null;
};

function answerOf(question: Question<'plan'>, asked: Origin, made: PlanAnswer): Answer<'plan'> {
  const { originAt, stepSeconds, startEpochSeconds, factor, launchSeconds } = asked;
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
    ...{ startEpochSeconds, originSeconds: originAt, stepSeconds, launchSeconds },
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

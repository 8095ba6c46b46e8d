import { InputError, seededRandom } from '../../base/index.js';
import {
  busiestWindow,
  hpaTargets,
  replayOne,
  type PolicySpec,
  type ReplayResult,
  type ReplaySetting,
} from '../../contest/index.js';
import { makeForecaster } from '../../forecast/index.js';
import { binTrace, mixOf, refineLoad, sampleTrace, targetOf, type WorkloadMix } from '../../load/index.js';
import { allowedConfigurations, configurationKey, type AttainmentTable } from '../../plan/index.js';
import { DEFAULT_SCHEDULER, meanLaunchSeconds } from '../../serving/index.js';
import { loadScale, observedSpan, requestCount, sliceTrace, type Trace } from '../../trace/index.js';
import type { Answer, Question } from '../questions.js';
import { rowsFor } from './attainment-rows.js';
import { attainmentOver, capacityLoad } from './capacity-load.js';
import { measurePlanTable } from './make-plan.js';
import { finite, keyOf, type AnswerTools } from './memory.js';
import { limitsOf } from './plan.js';
import { checkSize, deploymentOf, partKey, readPart, sloOf, type Part } from './traffic.js';

type Result = Answer<'contest'>['results'][number];

const BIN_SECONDS = 60;
const INTERVAL_SECONDS = 15;
const STEPS = 10;
const HISTORY_SECONDS = 3 * 86400;
const UNIT_REQUESTS = 8000;

/** The busiest window of the traffic's end under each policy, on the same arrivals, from the same fleet. */
export async function answerContest(question: Question<'contest'>, tools: AnswerTools): Promise<Answer<'contest'>> {
  const { report } = tools;
  const part = await readPart(question.traffic, tools.traceFile);
  const window = windowOf(part.trace, question.windowSeconds);
  const known = sliceTrace(part.trace, observedSpan(part.trace).start, window.startAt);
  const mix = mixOf(known, { halfLifeSeconds: 2 * 86400 });
  const table = await tableOf(question, mix, tools);
  const arrivals = arrivalsOf(part, window, question.seed);
  const initial = question.initial ?? bestStatic(table, arrivals, question);
  const deployment = deploymentOf(question.profile, DEFAULTS);
  const setting: ReplaySetting = {
    ...{ trace: arrivals, window, profile: deployment.profile, slo: sloOf(question.slo), seed: question.seed },
    ...{ limits: limitsOf({ split: 'prefill-decode', maxGpus: question.gpus, ratio: undefined }), initial },
    ...{ intervalSeconds: INTERVAL_SECONDS, binSeconds: BIN_SECONDS },
  };
  const policies = await policiesOf(question, setting, table, { part, known, mix });
  const results: Result[] = [];
  for (const [done, policy] of policies.entries()) {
    report(done, policies.length, 'policies replayed');
    results.push(describe(await replayOne({ setting, policy })));
  }
  return {
    schema: 'foresail.contest/1',
    ...{ profile: question.profile, slo: question.slo, loadFactor: part.factor, initial, results },
    startEpochSeconds: part.trace.startEpochSeconds,
    window: { startSeconds: window.startAt, endSeconds: window.endAt },
    ranking: rank(results, question.slo.attainment),
  };
}

const DEFAULTS = { firstToken: 'decode', routing: 'least-loaded', ...DEFAULT_SCHEDULER } as const;

function windowOf(trace: Trace, seconds: number): ReplaySetting['window'] {
  const { start, end } = observedSpan(trace);
  const bins = Math.round(seconds / BIN_SECONDS) * BIN_SECONDS;
  if (end - start < 2 * bins + BIN_SECONDS)
    throw new InputError(
      `windowSeconds: the traffic must be more than twice as long, and is ${Math.round(end - start)} s`,
    );
  const window = busiestWindow(binTrace(trace, BIN_SECONDS), bins);
  return { startAt: start + window.startAt, endAt: start + window.endAt };
}

function tableOf(
  question: Question<'contest'>,
  mix: WorkloadMix,
  { memory, report }: AnswerTools,
): Promise<AttainmentTable> {
  const { profile, slo, seed, gpus } = question;
  const limits = limitsOf({ split: 'prefill-decode', maxGpus: gpus, ratio: undefined });
  const key = contestTableKey(question);
  const asked = { deployment: deploymentOf(profile, DEFAULTS), slo: sloOf(slo), seed, stepSeconds: BIN_SECONDS };
  return rowsFor(
    memory,
    key,
    slo.attainment,
    allowedConfigurations(limits),
    async (missing) => (await measurePlanTable(asked, mix, missing, report, 1)).rows,
  );
}

/** What of the question names its attainment table. */
export function contestTableKey({ traffic, profile, slo, seed, windowSeconds }: Question<'contest'>): string {
  return keyOf('attainment', ['contest', ...partKey(traffic), windowSeconds, profile, slo, seed]);
}

function arrivalsOf({ trace, factor }: Part, { startAt, endAt }: ReplaySetting['window'], seed: number): Trace {
  const slice = sliceTrace(trace, startAt, endAt);
  checkSize(requestCount(slice) * factor);
  return loadScale(slice, factor, seededRandom(seed, `load scaling from ${startAt}`));
}

/** The smallest configuration that keeps the target over the window, by the table; the largest goodput where none does. */
function bestStatic(table: AttainmentTable, arrivals: Trace, { seed }: Question<'contest'>): ReplaySetting['initial'] {
  const load = capacityLoad({ trace: arrivals, factor: 1 }, seed);
  const enough = table.rows.find((row) => attainmentOver(load, row) >= table.target);
  return (enough ?? table.rows.reduce((best, row) => (row.goodput > best.goodput ? row : best))).counts;
}

interface Past {
  readonly part: Part;
  readonly known: Trace;
  readonly mix: WorkloadMix;
}

async function policiesOf(
  question: Question<'contest'>,
  setting: ReplaySetting,
  table: AttainmentTable,
  past: Past,
): Promise<PolicySpec[]> {
  const specs: PolicySpec[] = [];
  for (const policy of new Set(question.policies)) {
    if (policy === 'static') specs.push({ kind: 'static', counts: setting.initial });
    if (policy === 'hpa') specs.push(hpaSpec(setting, table, past.mix));
    if (policy === 'foresail') specs.push(await foresailSpec(question, setting, table, past));
  }
  return specs;
}

function hpaSpec({ profile, initial, seed }: ReplaySetting, table: AttainmentTable, mix: WorkloadMix): PolicySpec {
  const row = table.rows.find((found) => configurationKey(found.counts) === configurationKey(initial));
  if (row === undefined || row.goodput === 0)
    throw new InputError('initial: keeps the SLO at no rate, so the HPA-like rule has no target');
  const unitTrace = sampleTrace(mix, 1, UNIT_REQUESTS, seededRandom(seed, 'unit trace'));
  return { kind: 'hpa', targetRequests: hpaTargets(unitTrace, { profile, counts: initial }, row.goodput) };
}

async function foresailSpec(
  { model, seed }: Question<'contest'>,
  { limits, slo, profile, window }: ReplaySetting,
  table: AttainmentTable,
  { part, known, mix }: Past,
): Promise<PolicySpec> {
  const seconds = Math.min(HISTORY_SECONDS, window.startAt - observedSpan(known).start);
  const coarse = binTrace(known, BIN_SECONDS, { fromSeconds: window.startAt - seconds, toSeconds: window.startAt });
  const load = refineLoad(coarse, part.factor, 1, mix.gapShape, seededRandom(seed, 'load before the window'));
  const forecaster = makeForecaster(model, { horizon: STEPS, seed });
  await forecaster.fit(targetOf(load, 'requests'));
  return {
    kind: 'foresail',
    control: {
      ...{ limits, table, ttft: slo.ttft ?? null, tpot: slo.tpot ?? null, launchSeconds: meanLaunchSeconds(profile) },
      ...{ drainSeconds: INTERVAL_SECONDS, servedShare: 1 - mix.failedShare, quantile: 0.9 },
      ...{ beamWidth: 16, stabilizationSeconds: 300 },
    },
    forecaster: { name: model, horizon: STEPS, bytes: forecaster.save() },
  };
}

function describe(result: ReplayResult): Result {
  const { policy, requests, attainment, goodRate, goodputPerGpu, gpuHours, averageGpus } = result;
  const { ttftSeconds, tpotSeconds, scaleEvents, reversals, timeline } = result;
  const changes = timeline.filter(
    ({ provisioned }, i) => i === 0 || configurationKey(provisioned) !== configurationKey(timeline[i - 1]!.provisioned),
  );
  return {
    ...{ policy, requests, attainment: finite(attainment), goodRate, goodputPerGpu, gpuHours, averageGpus },
    ...{ ttftSeconds, tpotSeconds, scaleEvents, reversals },
    timeline: changes.map(({ at, provisioned }) => ({ atSeconds: at, ...provisioned })),
  };
}

/** Those that keep the target first, then by goodput per GPU. */
function rank(results: readonly Result[], target: number): string[] {
  const keeps = ({ attainment }: Result): number => ((attainment ?? 0) >= target ? 1 : 0);
  return [...results]
    .sort((a, b) => keeps(b) - keeps(a) || b.goodputPerGpu - a.goodputPerGpu)
    .map(({ policy }) => policy);
}

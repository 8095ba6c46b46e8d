import type { Answer } from '../../../../clients/typescript/src/index.js';
import { clock, gpusOf, number, percent, rate, several, span, split } from './format.js';
import { laneTable, moments, type Lane } from './lanes.js';
import type { Finding, Tile } from './table.js';

type Plan = Answer<'plan'>;

const BINDING: Readonly<Record<string, string>> = {
  slo: 'the SLO: fewer GPUs would miss it',
  budget: 'the budget: more GPUs would serve better',
  ratio: 'the allowed prefill:decode ratio',
  'min-replicas': 'one instance of each role is the least there can be',
  'max-replicas': 'the most instances of a role',
};

/** The answer in one line. */
export function planHeadline({ steps, startEpochSeconds }: Plan): string {
  const changes = steps.filter((step, i) => i > 0 && split(step) !== split(steps[i - 1]!));
  const first = split(steps[0]!);
  const [next, after] = changes;
  if (next === undefined) return `Keep ${first}`;
  const then = `from ${clock(next.atSeconds, startEpochSeconds)} on ${split(next)}`;
  if (after === undefined) return `${first}, ${then}`;
  const most = Math.max(...steps.map(gpusOf));
  return `${first}, ${then}, and ${several(changes.length - 1, 'more change')}, ${several(most, 'GPU')} at most`;
}

/** Why the plan is as it is. */
export function planReason({ binding, launchSeconds, present }: Plan): string {
  return `It starts from ${split(present)}. What sets its cost is ${BINDING[binding] ?? binding}. An instance asked for now serves in ${span(Math.round(launchSeconds))}.`;
}

/** The numbers beside it. */
export function planTiles({ predictedAttainment, gpuSeconds, bestStatic, steps, slo, runnerUp }: Plan): Tile[] {
  const saved = 1 - gpuSeconds / bestStatic.gpuSeconds;
  const peak = Math.max(...steps.map(({ plannedRate }) => plannedRate));
  const tiles: Tile[] = [
    {
      label: 'Within the SLO',
      value: percent(predictedAttainment),
      note: `predicted; ${percent(slo.attainment)} are wanted`,
      isWarning: (predictedAttainment ?? 0) < slo.attainment,
    },
    {
      label: 'GPU-hours',
      value: number(gpuSeconds / 3600),
      note: `${number(Math.abs(saved) * 100)} % ${saved >= 0 ? 'fewer' : 'more'} than static ${split(bestStatic.counts)}`,
    },
    { label: 'Peak to be ready for', value: rate(peak), note: 'at the level that was asked' },
  ];
  if (runnerUp !== null)
    tiles.push({
      label: 'Runner-up',
      value: percent(runnerUp.predictedAttainment),
      note: `within the SLO for ${several(runnerUp.gpuSeconds / 3600, 'GPU-hour')}`,
    });
  return tiles;
}

/** The plan, the runner-up and the best that never changes. */
export function planLanes({ steps, runnerUp, bestStatic, predictedAttainment, gpuSeconds }: Plan): Lane[] {
  const note = (attainment: number | null, seconds: number): string =>
    `${percent(attainment)} in SLO · ${several(seconds / 3600, 'GPU-hour')}`;
  return [
    { name: 'The plan', note: note(predictedAttainment, gpuSeconds), steps },
    ...(runnerUp === null
      ? []
      : [{ name: 'Runner-up', note: note(runnerUp.predictedAttainment, runnerUp.gpuSeconds), steps: runnerUp.steps }]),
    {
      name: 'Best static',
      note: note(bestStatic.predictedAttainment, bestStatic.gpuSeconds),
      steps: bestStatic.steps,
    },
  ];
}

/** Moments of the plan: one for each of its steps. */
export function planMoments({ originSeconds, steps, stepSeconds }: Plan): number[] {
  return moments(originSeconds, originSeconds + steps.length * stepSeconds, stepSeconds);
}

/** The lanes' words. */
export function planFinding(answer: Plan): Finding {
  const { startEpochSeconds } = answer;
  const lanes = laneTable(planLanes(answer), planMoments(answer), startEpochSeconds);
  return {
    title: planTitle(answer),
    sentence: 'GPUs by role over the minutes to come, and the load above: expected, and at the level to be ready for.',
    table: {
      columns: [...lanes.columns, 'expected_requests_per_second', 'planned_requests_per_second'],
      rows: lanes.rows.map((row, i) => [...row, answer.steps[i]!.expectedRate, answer.steps[i]!.plannedRate]),
    },
  };
}

/** The plan against the best that never changes: first whether it keeps the SLO, then what it costs. */
function planTitle({ gpuSeconds, predictedAttainment, bestStatic, slo }: Plan): string {
  const saved = 1 - gpuSeconds / bestStatic.gpuSeconds;
  const still = bestStatic.predictedAttainment ?? 0;
  if ((predictedAttainment ?? 0) >= slo.attainment && still < slo.attainment)
    return `Changing in time keeps ${percent(predictedAttainment)} within the SLO; the best static deployment keeps ${percent(still)}`;
  if (Math.abs(saved) < 0.005) return 'The plan costs what the best static deployment costs';
  return `The plan holds ${number(Math.abs(saved) * 100)} % ${saved > 0 ? 'fewer' : 'more'} GPU-hours than the best static deployment`;
}

import type { Answer } from '../../../../clients/typescript/src/index.js';
import { moment, number, percent, rate, span } from './format.js';
import { laneTable, moments, type Lane } from './lanes.js';
import type { Finding } from './table.js';

type Contest = Answer<'contest'>;
type Result = Contest['results'][number];

const STEP_SECONDS = 60;

/** A lane for each policy, in the order of the ranking. */
export function contestLanes({ results, ranking }: Contest): Lane[] {
  return ranking.map((policy) => {
    const result = results.find((found) => found.policy === policy)!;
    return { name: policy, note: noteOf(result), steps: result.timeline };
  });
}

function noteOf({ attainment, averageGpus, goodputPerGpu }: Result): string {
  return `${percent(attainment)} in SLO · ${number(averageGpus)} GPUs · ${number(goodputPerGpu)} good req/s per GPU`;
}

/** Minutes of the window. */
export function contestMoments({ window }: Contest): number[] {
  return moments(window.startSeconds, window.endSeconds, STEP_SECONDS);
}

/** Who won, and how. */
export function contestFinding(answer: Contest): Finding {
  const { results, ranking, slo, window } = answer;
  const winner = results.find(({ policy }) => policy === ranking[0])!;
  const keeps = results.filter(({ attainment }) => (attainment ?? 0) >= slo.attainment);
  const wanted = `${number(slo.attainment * 100)} %`;
  const each = rate(winner.goodputPerGpu);
  const title =
    keeps.length === 0
      ? `None keeps ${wanted} through the busiest ${span(window.endSeconds - window.startSeconds)}; ${winner.policy} serves most per GPU`
      : keeps.length === 1
        ? `Only ${winner.policy} keeps ${wanted} through the busiest ${span(window.endSeconds - window.startSeconds)}`
        : `${winner.policy} serves most per GPU of those that keep ${wanted}: ${each}`;
  const lanes = laneTable(contestLanes(answer), contestMoments(answer), answer.startEpochSeconds);
  return {
    title,
    sentence:
      `The busiest window of what is known, from ${moment(window.startSeconds, answer.startEpochSeconds)}, replayed request by request under each ` +
      'policy from the same start. GPUs by role; starting and draining ones count.',
    table: lanes,
  };
}

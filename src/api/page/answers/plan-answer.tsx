import type { JSX } from 'preact';
import type { Answer } from '../../../../clients/typescript/src/index.js';
import { Lanes } from '../charts/lanes.js';
import { contestFinding, contestLanes, contestMoments } from '../words/contest.js';
import { planFinding, planHeadline, planLanes, planMoments, planReason, planTiles } from '../words/plan.js';
import { Headline } from './headline.js';

/** What to run when, and why. */
export function PlanAnswer({ answer }: { readonly answer: Answer<'plan'> }): JSX.Element {
  return (
    <>
      <Headline {...{ title: planHeadline(answer), reason: planReason(answer), tiles: planTiles(answer) }} />
      <Lanes
        {...{ name: 'plan', finding: planFinding(answer), lanes: planLanes(answer), at: planMoments(answer) }}
        {...{ startEpochSeconds: answer.startEpochSeconds, load: answer.steps }}
      />
    </>
  );
}

/** The same fleet under static, reactive and foreseeing policies. */
export function ContestAnswer({ answer }: { readonly answer: Answer<'contest'> }): JSX.Element {
  return (
    <Lanes
      {...{ name: 'policies', finding: contestFinding(answer), lanes: contestLanes(answer) }}
      {...{ at: contestMoments(answer), startEpochSeconds: answer.startEpochSeconds }}
    />
  );
}

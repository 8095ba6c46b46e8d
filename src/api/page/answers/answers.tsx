import type { JSX } from 'preact';
import type { Answer, Kind } from '../../../../clients/typescript/src/index.js';
import type { PageState } from '../state/question.js';
import { CapacityAnswer } from './capacity-answer.js';
import { Actions } from './actions.js';
import { ForecastAnswer } from './forecast-answer.js';
import { GoodputAnswer } from './goodput-answer.js';
import { ContestAnswer, PlanAnswer } from './plan-answer.js';
import { Problem, Progress } from './progress.js';
import type { Asked, Part } from './use-asker.js';

type Shown = { readonly [K in Kind]?: (props: { readonly answer: Answer<K> }) => JSX.Element };

const SHOWN: Shown = {
  capacity: CapacityAnswer,
  goodput: GoodputAnswer,
  forecast: ForecastAnswer,
  plan: PlanAnswer,
  contest: ContestAnswer,
};

/** Each part of the question that was asked: its progress, its answer or its problem. */
export function Answers({ asked, onCancel }: { readonly asked: Asked; readonly onCancel: () => void }): JSX.Element {
  return (
    <>
      {Object.entries(asked.parts).map(([kind, part]) => (
        <PartShown key={kind} {...{ kind: kind as Kind, state: asked.state, part, onCancel }} />
      ))}
    </>
  );
}

function PartShown<K extends Kind>({
  kind,
  state,
  part,
  onCancel,
}: {
  readonly kind: K;
  readonly state: PageState;
  readonly part: Part<K>;
  readonly onCancel: () => void;
}): JSX.Element | null {
  if (part.phase === 'working') return <Progress {...{ kind, job: part.job, onCancel }} />;
  if (part.phase === 'failed') return <Problem problem={part.problem} />;
  const Show = SHOWN[kind] as ((props: { readonly answer: Answer<K> }) => JSX.Element) | undefined;
  if (Show === undefined) return null;
  return (
    <>
      <Show answer={part.answer} />
      <Actions {...{ kind, state, answer: part.answer }} />
    </>
  );
}

import type { JSX } from 'preact';
import type { Answer } from '../../../../clients/typescript/src/index.js';
import { CapacityChart } from '../charts/capacity-chart.js';
import { capacityCaution, capacityHeadline, capacityTiles } from '../words/capacity.js';
import { Headline } from './headline.js';

/** The fleet, its numbers and reasons, and GPUs against attainment. */
export function CapacityAnswer({ answer }: { readonly answer: Answer<'capacity'> }): JSX.Element {
  return (
    <>
      <Headline
        {...{ title: capacityHeadline(answer), reason: `${answer.reason}.`, tiles: capacityTiles(answer) }}
        caution={capacityCaution(answer)}
      />
      <CapacityChart answer={answer} />
    </>
  );
}

import type { JSX } from 'preact';
import type { Answer } from '../../../../clients/typescript/src/index.js';
import { HeatMap } from '../charts/heat-map.js';
import { goodputHeadline, goodputReason, goodputTiles } from '../words/goodput.js';
import { Headline } from './headline.js';

/** The best split of the budget, and the heat map of all. */
export function GoodputAnswer({ answer }: { readonly answer: Answer<'goodput'> }): JSX.Element {
  return (
    <>
      <Headline {...{ title: goodputHeadline(answer), reason: goodputReason(answer), tiles: goodputTiles(answer) }} />
      <HeatMap answer={answer} />
    </>
  );
}

import type { JSX } from 'preact';
import type { Answer } from '../../../../clients/typescript/src/index.js';
import { ForecastChart } from '../charts/forecast-chart.js';
import { forecastHeadline, forecastReason, forecastTiles } from '../words/forecast.js';
import { Headline } from './headline.js';

/** What comes next, with its band. */
export function ForecastAnswer({ answer }: { readonly answer: Answer<'forecast'> }): JSX.Element {
  return (
    <>
      <Headline
        {...{ title: forecastHeadline(answer), reason: forecastReason(answer), tiles: forecastTiles(answer) }}
      />
      <ForecastChart answer={answer} />
    </>
  );
}

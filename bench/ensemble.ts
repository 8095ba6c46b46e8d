import { makeForecaster, type Forecaster } from '../src/forecast/index.js';
import { wavyCounts, targetFrom } from '../test/helpers/targets.js';
import type { BenchResult } from './run.js';

/** A week of minutes, and how dear the ensemble may be on it. */
const ROWS = 10_080;
const MOST_FIT_SECONDS = 15;
const MOST_BIN_MILLISECONDS = 5;
const BINS = 300;
/** What the demo and the contest fit: three days of minutes, ten steps ahead. */
const SHORT = { rows: 4_320, horizon: 10 };

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The default ensemble: CPU of a fit on a week of minutes, and of taking in and forecasting one bin. */
export default async function bench(): Promise<BenchResult> {
  const week = wavyCounts(ROWS + BINS, 1440, 3);
  const { forecaster, seconds } = await fitted(week.subarray(0, ROWS), 1);
  const begun = cpu();
  for (let row = ROWS; row < ROWS + BINS; row++) {
    forecaster.update(week.subarray(row, row + 1));
    forecaster.forecast(1);
  }
  const binMilliseconds = (1000 * (cpu() - begun)) / BINS;
  const short = await fitted(week.subarray(0, SHORT.rows), SHORT.horizon);
  return {
    bench: 'ensemble',
    figures: { rows: ROWS, fitSeconds: seconds, binMilliseconds, tenStepsFitSeconds: short.seconds },
    ratio: Math.max(seconds / MOST_FIT_SECONDS, binMilliseconds / MOST_BIN_MILLISECONDS),
    goal: 1,
    ok: seconds <= MOST_FIT_SECONDS && binMilliseconds <= MOST_BIN_MILLISECONDS,
  };
}

async function fitted(values: Float64Array, horizon: number): Promise<{ forecaster: Forecaster; seconds: number }> {
  const forecaster = makeForecaster('ensemble', { horizon, seed: 1 });
  const begun = cpu();
  await forecaster.fit(targetFrom(values, 60));
  return { forecaster, seconds: cpu() - begun };
}

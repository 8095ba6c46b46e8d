import { quantileOf, type Forecaster } from './forecaster.js';

/** The same forecaster with its P50 in place of its mean: what to ask where absolute errors count. Scenarios and quantiles stay. */
export function medianHead(forecaster: Forecaster): Forecaster {
  return {
    ...forecaster,
    forecast(steps) {
      const forecast = forecaster.forecast(steps);
      const median = quantileOf(forecast, 0.5);
      const residuals = forecast.residuals.map((error, i) => error + forecast.mean[i % steps]! - median[i % steps]!);
      return { ...forecast, mean: median, residuals };
    },
  };
}

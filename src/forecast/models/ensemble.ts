import type { FittedModel, PointModel } from '../point-model.js';
import type { Plain } from '../plain.js';

/**
 * Expects the plain mean of its members. A member that cannot tell a step yet (NaN) is left out of that step's mean; the
 * residuals, and so the quantiles, are the ensemble's own.
 */
export function makeEnsemble(name: string, members: readonly PointModel[]): PointModel {
  return {
    name,
    memorises: members.some((member) => member.memorises),
    async fit(history, rows, options) {
      const models: FittedModel[] = [];
      for (const member of members) models.push(await member.fit(history, rows, options));
      return fitted(models);
    },
    revive: (states) => fitted(members.map((member, index) => member.revive((states as readonly Plain[])[index]!))),
  };
}

function fitted(models: readonly FittedModel[]): FittedModel {
  return {
    observe(history, row) {
      for (const model of models) model.observe(history, row);
    },
    predict(history, origin, into) {
      const forecasts = models.map((model) => {
        const own = new Float64Array(into.length);
        model.predict(history, origin, own);
        return own;
      });
      for (let step = 0; step < into.length; step++) into[step] = meanOfKnown(forecasts, step);
    },
    state: () => models.map((model) => model.state()),
  };
}

function meanOfKnown(forecasts: readonly Float64Array[], step: number): number {
  let mean = 0;
  let count = 0;
  for (const forecast of forecasts) {
    const value = forecast[step]!;
    if (Number.isFinite(value)) mean += (value - mean) / ++count;
  }
  return count > 0 ? mean : NaN;
}

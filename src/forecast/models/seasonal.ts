import { rowsPerDay } from '../history.js';
import { observeNothing, type FittedModel, type PointModel } from '../point-model.js';

/** Days of the season of each model that looks back one. */
const SEASON_DAYS = { yesterday: 1, 'last-week': 7 } as const;

/** Expects what the same bin held yesterday. */
export const sameBinYesterday = sameBin('yesterday', SEASON_DAYS.yesterday);
/** Expects what the same bin held a week ago. */
export const sameBinLastWeek = sameBin('last-week', SEASON_DAYS['last-week']);

/**
 * Bins after the first `trainBins` that a seasonal model has no season before, so that the last value stood in for it; 0 for
 * every other model.
 */
export function binsWithoutSeason(model: string, binSeconds: number, trainBins: number, bins: number): number {
  if (!(model in SEASON_DAYS)) return 0;
  const season = Math.max(1, Math.round((SEASON_DAYS[model as keyof typeof SEASON_DAYS] * 86400) / binSeconds));
  return Math.max(0, Math.min(bins, season) - trainBins);
}

/** A step further ahead than the season takes the latest whole season before it; before there is one, NaN. */
function sameBin(name: string, days: number): PointModel {
  const fitted = (): FittedModel => ({
    observe: observeNothing,
    predict(history, origin, into) {
      const season = rowsPerDay(history, days);
      for (let step = 0; step < into.length; step++) {
        const row = origin + step - season * (1 + Math.floor(step / season));
        into[step] = row >= 0 ? history.filled[row]! : NaN;
      }
    },
    state: () => null,
  });
  return { name, memorises: false, fit: fitted, revive: fitted };
}

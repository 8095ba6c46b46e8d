import { rowsPerDay } from '../history.js';
import { observeNothing, type FittedModel, type PointModel } from '../point-model.js';

/** Expects what the same bin held yesterday. */
export const sameBinYesterday = sameBin('yesterday', 1);
/** Expects what the same bin held a week ago. */
export const sameBinLastWeek = sameBin('last-week', 7);

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

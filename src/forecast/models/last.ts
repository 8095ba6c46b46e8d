import { lastObserved } from '../history.js';
import { observeNothing, type FittedModel, type PointModel } from '../point-model.js';

/** Expects the last observed value at every step. */
export const lastValue: PointModel = {
  name: 'last',
  memorises: false,
  fit: fitted,
  revive: fitted,
};

function fitted(): FittedModel {
  return {
    observe: observeNothing,
    predict: (history, origin, into) => void into.fill(lastObserved(history, origin)),
    state: () => null,
  };
}

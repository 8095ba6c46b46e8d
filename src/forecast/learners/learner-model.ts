import { FEATURE_NAMES } from '../features/index.js';
import type { PointModel } from '../point-model.js';
import { fitBank, openBank, plainBank, type BankState } from './bank.js';
import type { Learner } from './learner.js';

/** A learner as a model of its own. */
export function learnerModel(learner: Learner): PointModel {
  const fitted = (start: BankState): ReturnType<PointModel['revive']> => {
    const bank = openBank(start);
    return {
      observe: (history, row) => bank.observe(history, row),
      predict: (history, origin, into) => bank.predict(history, origin, [into]),
      state: () => plainBank(bank.state()),
    };
  };
  return {
    name: learner.name,
    features: FEATURE_NAMES,
    memorises: true,
    fit: (history, rows, options) => fitted(fitBank(history, rows, [learner], options)),
    revive: (state) => fitted(state as unknown as BankState),
  };
}

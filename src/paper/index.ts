import type { Experiment } from './experiment.js';
import { figure17, figure18 } from './load-prediction.js';

export type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';

/** Every experiment of the paper that can be run, in the paper's order. */
export const EXPERIMENTS: readonly Experiment[] = [figure17, figure18];

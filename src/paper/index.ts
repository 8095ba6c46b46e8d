import { figure13, figure14 } from './burst-comparison.js';
import type { Experiment } from './experiment.js';
import { figure17, figure18 } from './load-prediction.js';
import { figure15 } from './parameter-courses.js';
import { figure19, figure20 } from './ratio-switch.js';
import { figure16 } from './scheduler-choice.js';

export { findingLines, findingsSection, type Finding } from './finding.js';
export type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';

/** Every experiment of the paper that can be run, in the paper's order. */
export const EXPERIMENTS: readonly Experiment[] = [
  figure13,
  figure14,
  figure15,
  figure16,
  figure17,
  figure18,
  figure19,
  figure20,
];

export { controlSettingsOf, type SettingsSpec } from './control-settings.js';
export { keptBins, openLearner, type LearnerOptions } from './learner.js';
export * from './learner-types.js';
export { openMeasurers, type Measurers } from './measurers.js';
export * from './settings-keeper.js';
export { openTrainers, type Trainers } from './trainers.js';

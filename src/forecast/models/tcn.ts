import { tcnArchitecture } from '../../neural/index.js';
import { networkModel } from './network.js';

const STEPS = 8;

/** Causal dilated convolutions over the feature rows of the last eight origins: an option, slower than `dense`. */
export const tcn = networkModel({
  name: 'tcn',
  steps: STEPS,
  architecture: tcnArchitecture(STEPS, 8, 2),
  epochs: 6,
  learningRate: 0.004,
});

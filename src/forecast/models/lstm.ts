import { lstmArchitecture } from '../../neural/index.js';
import { networkModel } from './network.js';

const STEPS = 8;

/** A long short-term memory over the feature rows of the last eight origins: an option, many times slower than `dense`. */
export const lstm = networkModel({
  name: 'lstm',
  steps: STEPS,
  architecture: lstmArchitecture(STEPS, 8),
  epochs: 6,
  learningRate: 0.005,
});

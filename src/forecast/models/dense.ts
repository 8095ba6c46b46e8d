import { denseArchitecture } from '../../neural/index.js';
import { networkModel } from './network.js';

/** The small dense network: the neural model that is cheap enough to be tried everywhere. */
export const dense = networkModel({
  name: 'dense',
  steps: 1,
  architecture: denseArchitecture([24, 12]),
  epochs: 14,
  learningRate: 0.003,
});

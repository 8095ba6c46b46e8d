import type { BoostedLearned } from './boosted.js';
import type { Examples } from './examples.js';
import type { RidgeLearned } from './ridge.js';

/** What was learned for one step ahead; plain data. */
export type Learned = BoostedLearned | RidgeLearned;

/** Learns to expect the row one step ahead from its features. */
export interface Learner {
  readonly name: string;
  /** Rows below which there is nothing worth learning. */
  readonly leastRows: number;
  learn(examples: Examples, seed: number): Learned;
}

/** What is known at an origin, in units of the fit's scale; features in the order of the table's columns. */
export interface Situation {
  readonly features: Float32Array;
  readonly level: number;
  readonly last: number;
}

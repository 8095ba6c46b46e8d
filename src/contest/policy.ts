import type { Decision, Observation } from '../control/index.js';

/** A rival: decides from what it sees, and may remember. A fresh one is made for every run. */
export interface Policy {
  readonly name: string;
  decide(observation: Observation | null, now: number): Decision;
}

import type { Report } from '../report/index.js';
import type { Finding } from './finding.js';

/** What an experiment is given. */
export interface ExperimentInput {
  /** Folders that may hold the traces. */
  readonly folders: readonly string[];
  readonly seed: number;
  /** Whether to run the short form, where the experiment has one. */
  readonly quick: boolean;
}

/** Numbers for programs, what they say of the paper's findings, and the same as a page with the paper's charts. */
export interface ExperimentResult {
  readonly document: object;
  /** Every verdict follows from this run's figures. */
  readonly findings: readonly Finding[];
  readonly report: Report;
}

/** One figure or table of the paper as something to run. */
export interface Experiment {
  readonly name: string;
  readonly summary: string;
  /** What the short form leaves out; there is none where this is not given. */
  readonly quick?: string;
  /** @throws InputError when the data that it needs is in none of the folders */
  run(input: ExperimentInput): Promise<ExperimentResult>;
}

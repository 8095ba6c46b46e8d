import type { Report } from '../report/index.js';

/** What an experiment is given. */
export interface ExperimentInput {
  /** Folders that may hold the traces. */
  readonly folders: readonly string[];
  readonly seed: number;
}

/** Numbers for programs, and the same as a page with the paper's charts. */
export interface ExperimentResult {
  readonly document: object;
  readonly report: Report;
}

/** One figure or table of the paper as something to run. */
export interface Experiment {
  readonly name: string;
  readonly summary: string;
  /** @throws InputError when the data that it needs is in none of the folders */
  run(input: ExperimentInput): Promise<ExperimentResult>;
}

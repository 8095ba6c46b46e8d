import { z } from 'zod';
import { capacityAnswer } from './capacity.js';
import { contestAnswer } from './contest.js';
import { forecastAnswer } from './forecast.js';
import { goodputAnswer } from './goodput.js';
import { planAnswer } from './plan.js';
import { problem } from './problem.js';
import { simulateAnswer } from './simulate.js';

/** What can be asked. */
export const KINDS = ['forecast', 'simulate', 'goodput', 'plan', 'capacity', 'contest'] as const;

/** One of KINDS. */
export type Kind = (typeof KINDS)[number];

/** A job's way: queued, running, then one of the three ends. */
export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

/** The name of a job. */
export const jobId = z.uuid();

const progress = z.strictObject({ done: z.number(), total: z.number(), what: z.string() });

const base = {
  id: jobId,
  kind: z.enum(KINDS),
  state: z.enum(JOB_STATES),
  progress: progress.nullable(),
  createdEpochSeconds: z.number(),
  startedEpochSeconds: z.number().nullable(),
  endedEpochSeconds: z.number().nullable(),
};

/** A job without its answer: what 202 and the list give. */
export const jobSummary = z.strictObject(base).meta({ id: 'JobSummary' });

/** A job with its answer once it is done, and its problem when it failed. */
export const job = z
  .strictObject({
    ...base,
    answer: z
      .union([forecastAnswer, simulateAnswer, goodputAnswer, planAnswer, capacityAnswer, contestAnswer])
      .nullable(),
    problem: problem.nullable(),
  })
  .meta({ id: 'Job' });

/** The newest jobs. */
export const jobList = z.strictObject({ jobs: z.array(jobSummary) }).meta({ id: 'JobList' });

/** A job without its answer. */
export type JobSummary = z.infer<typeof jobSummary>;

/** A job with its answer or problem. */
export type Job = z.infer<typeof job>;

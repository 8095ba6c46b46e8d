import { linesChart, makeFigure } from '../report/index.js';
import { BURSTGPT_MODEL, generateTrace, withGivenLaws, type Sequence } from '../trace/index.js';
import type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';
import { RUN_HEADER, runDocument, runOnOneGpu, runRow, type EngineRun } from './single-gpu.js';

const DAYS = 0.25;
const constant = (value: number): Sequence => ({ kind: 'stepped', values: [value] });

/** Mean gap of alpha * beta seconds; scaled from the paper's 0.5 and 2 until the KV use is about its 30 %. */
const ALPHA = 0.5;
const BETA = 0.33;
const THETA = 1.1;

/** Courses of one parameter: constant, in steps, linear and quadratic, between the same ends. */
function coursesOf(from: number, to: number): [name: string, course: Sequence][] {
  const middle = (from + to) / 2;
  return [
    ['stepped', { kind: 'stepped', values: [from, middle, to] }],
    ['linear', { kind: 'linear', values: [from, to] }],
    ['quadratic', { kind: 'quadratic', values: [from, to, from] }],
  ];
}

/** α, β and the exponent of lengths changing in steps, linearly and quadratically (paper 5.2). */
export const figure15: Experiment = {
  name: 'fig15',
  summary: 'α, β and the exponent of lengths changing over time (figure 15)',
  run: (input) => runCourses(input),
};

async function runCourses({ seed }: ExperimentInput): Promise<ExperimentResult> {
  const base = { alpha: constant(ALPHA), beta: constant(BETA), theta: constant(THETA) };
  const plans = [
    ['constant', base],
    // Smaller α at the same mean gap is burstier: β moves against it.
    ...coursesOf(ALPHA, 0.2).map(([name, alpha]) => [`α ${name}`, { ...base, alpha, beta: inverse(alpha) }] as const),
    ...coursesOf(BETA, 0.2).map(([name, beta]) => [`β ${name}`, { ...base, beta }] as const),
    ...coursesOf(THETA, 0.7).map(([name, theta]) => [`λ ${name}`, { ...base, theta }] as const),
  ] as const;
  const runs = plans.map(([name, laws]) =>
    runOnOneGpu(name, generateTrace(withGivenLaws(BURSTGPT_MODEL, laws, DAYS), { days: DAYS, seed })),
  );
  const title = 'Figure 15: courses of α, β and λ';
  return {
    document: { experiment: title, runs: runs.map(runDocument) },
    report: {
      title,
      subtitle: `Modelled requests over six hours, Gamma gaps of shape α and scale β, request lengths Zipf of exponent λ; Llama-2-13B on one H100, simulated.`,
      sections: [
        { heading: 'Averages', text: NOTES, tables: [{ header: RUN_HEADER, rows: runs.map(runRow) }] },
        { heading: 'Over time', figures: await Promise.all(['α', 'β', 'λ'].map((of) => figureOf(of, runs))) },
      ],
      footer: 'Paper: BurstGPT, section 5.2. Made by foresail paper.',
    },
  };
}

/** The scale that keeps the mean gap while the shape moves. */
function inverse(alpha: Sequence): Sequence {
  return { kind: alpha.kind, values: alpha.values.map((shape) => (ALPHA * BETA) / shape) };
}

const NOTES = [
  'The paper: small changes of α bring sudden failures but hardly move average latency and throughput; a linear decline of α degrades lastingly. Larger λ makes short requests likelier.',
  'Here α is the Gamma shape, so that a smaller one is burstier (CV = 1/√α, as the paper says in 3.1; its figure caption has it the other way round), and its course keeps the mean gap, so that burstiness alone moves. β is the scale: a smaller one raises the rate. Our failures are requests that waited for a minute; the paper does not say what failed on its A6000 and A800.',
];

async function figureOf(parameter: string, runs: readonly EngineRun[]): ReturnType<typeof makeFigure> {
  const chosen = runs.filter(({ name }) => name.startsWith(parameter) || name === 'constant');
  const series = chosen.map(({ name, timeline }) => ({
    name,
    values: timeline.roles.serve!.kvUse.map((share) => 100 * share),
  }));
  const grid = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: 60, fromSeconds: 0 };
  const title = `KV cache in use while ${parameter} changes`;
  return makeFigure(linesChart, { title, grid, series, measure: '%' }, 'At the end of each minute.');
}

import {
  BURSTGPT_MODEL,
  generateTrace,
  sequenceAt,
  withGivenLaws,
  type GeneratorModel,
  type GivenLaws,
  type Sequence,
} from '../trace/index.js';
import { averagesFigure, overTimeFigures } from './course-charts.js';
import { courseFindings } from './course-findings.js';
import type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';
import { modelledA6000 } from './paper-gpu.js';
import { RUN_HEADER, RUN_WORDS, runDocument, runOnOneGpu, runRow } from './single-gpu.js';

const HOURS = { whole: 6, quick: 2 } as const;

/** The paper's α and exponent; β is its 2, raised until the constant run uses about its 30 % of the KV cache. */
const ALPHA = 0.5;
const BETA = 2.5;
const THETA = 1.1;
/** Where the courses lead. The paper gives no values: both α and β here raise the rate 2.5 times. */
const SMALL_ALPHA = 0.2;
const SMALL_BETA = 1;
const SMALL_THETA = 0.7;

const constant = (value: number): Sequence => ({ kind: 'stepped', values: [value] });

/** Courses of one parameter: in three steps and in a line from one value to the other, and in a parabola there and back. */
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
  quick: `${HOURS.quick} hours`,
  run: (input) => runCourses(input),
};

/** One stream that draws as BurstGPT's conversation does, and whose requests do not fail before they come. */
const STREAM: GeneratorModel = {
  ...BURSTGPT_MODEL,
  services: BURSTGPT_MODEL.services.slice(0, 1).map((service) => ({
    ...service,
    sessions: null,
    models: service.models.map((share) => ({ ...share, failureRate: 0 })),
  })),
};

/** The parameters' courses over so many windows, by the names of their runs. */
export function plansOf(windows: number): [name: string, laws: GivenLaws][] {
  const base = { alpha: constant(ALPHA), beta: constant(BETA), theta: constant(THETA) };
  return [
    ['constant', base],
    ...coursesOf(ALPHA, SMALL_ALPHA).map(([name, alpha]): [string, GivenLaws] => [`α ${name}`, { ...base, alpha }]),
    ...coursesOf(ALPHA, SMALL_ALPHA).map(([name, alpha]): [string, GivenLaws] => [
      `α ${name}, same rate`,
      { ...base, alpha, beta: atTheSameRate(alpha, windows) },
    ]),
    ...coursesOf(BETA, SMALL_BETA).map(([name, beta]): [string, GivenLaws] => [`β ${name}`, { ...base, beta }]),
    ...coursesOf(THETA, SMALL_THETA).map(([name, theta]): [string, GivenLaws] => [`λ ${name}`, { ...base, theta }]),
  ];
}

/** The scale, window by window, with which the mean gap stays what it is at the start while the shape moves. */
function atTheSameRate(alpha: Sequence, windows: number): Sequence {
  const share = (window: number): number => (windows === 1 ? 0 : window / (windows - 1));
  const values = Array.from({ length: windows }, (_, window) => (ALPHA * BETA) / sequenceAt(alpha, share(window)));
  return { kind: 'stepped', values };
}

async function runCourses({ seed, quick }: ExperimentInput): Promise<ExperimentResult> {
  const hours = quick ? HOURS.quick : HOURS.whole;
  const days = hours / 24;
  const profile = modelledA6000();
  const runs = plansOf((hours * 3600) / STREAM.windowSeconds).map(([name, laws]) =>
    runOnOneGpu(name, generateTrace(withGivenLaws(STREAM, laws, days), { days, seed }), { profile }),
  );
  const title = 'Figure 15: courses of α, β and λ';
  return {
    document: { experiment: title, runs: runs.map(runDocument) },
    findings: courseFindings(runs),
    report: {
      title,
      subtitle: `${hours} hours of modelled requests: Gamma gaps of shape α ${ALPHA} and scale β ${BETA} s (a mean gap of ${ALPHA * BETA} s), request lengths Zipf of exponent λ ${THETA}, and one of them moving to α ${SMALL_ALPHA}, β ${SMALL_BETA} s or λ ${SMALL_THETA}; Llama-2-13B on an RTX A6000 modelled from the H100's measured steps, simulated.`,
      sections: [
        {
          heading: 'Averages',
          text: [NOTES, RUN_WORDS],
          figures: [await averagesFigure(runs)],
          tables: [{ header: RUN_HEADER, rows: runs.map(runRow) }],
        },
        { heading: 'Over time', figures: await overTimeFigures(runs) },
      ],
      footer: 'Paper: BurstGPT, section 5.2. Made by foresail paper.',
    },
  };
}

const NOTES =
  'Stepped and linear courses go from one value to the other; quadratic ones there and back, so that they are a passing change. α is the Gamma shape: a smaller one is burstier (the variation of gaps is 1/√α, as the paper says in 3.1; its figure caption has it the other way round) and, with β as it is, also shortens the mean gap αβ; in the runs named "same rate" β moves against it, so that burstiness alone moves. A smaller β raises the rate, a smaller λ makes requests longer. The paper gives neither the ends of its courses nor the time after which its clients gave up, and runs the 7B model too, of which there is no measured profile here.';

import { mean } from '../base/index.js';
import { comparisonChart, linesChart, makeFigure, type Figure } from '../report/index.js';
import {
  advanceCluster,
  changeRoles,
  finishCluster,
  isMet,
  loadProfile,
  openStatic,
  type SimulationResults,
} from '../serving/index.js';
import type { Trace } from '../trace/index.js';
import type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';
import { findingOf, isAbove, type Finding } from './finding.js';
import { rounded } from './single-gpu.js';
import { exponentialTrace, type Phase } from './two-phase-load.js';

const SECONDS_OF_PHASE = { whole: 3600, quick: 600 } as const;
const INSTANCES = 8;
const SLO = { ttft: 2, tpot: 0.05, attainment: 0.9 };
const BIN_SECONDS = 300;
/** Seconds of a role change: a flip of the engine, or a launch anew. */
const FLIP_SECONDS = 2;
/** The two loads: short prompts with long responses, then long prompts with short responses. */
const LOADS = [
  { rate: 90, promptTokens: 150, outputTokens: 250 },
  { rate: 80, promptTokens: 1500, outputTokens: 40 },
] as const;
const QUICK = 'ten minutes of each load';

/** One switch of the ratio, 2:6 to 6:2, when the work turns from responses to prompts (paper 6). */
export const figure19: Experiment = {
  name: 'fig19',
  summary: 'one switch of the P:D ratio, 2:6 to 6:2 (figure 19)',
  quick: QUICK,
  async run(input) {
    const loads = loadsOf(input);
    const runs = [
      runRatio('2:6', loads, 2),
      runRatio('6:2', loads, 6),
      runRatio('2:6, then 6:2', loads, 2, 6),
    ] as const;
    const [before, after, switched] = runs;
    return resultOf('Figure 19: one switch from 2:6 to 6:2', loads, runs, [switchHelps(before, after, switched)]);
  },
};

/**
 * Every static ratio on the same load, and the best switch from the ratio that is best in the first half (paper 6); plans of more
 * steps are `foresail plan`'s.
 */
export const figure20: Experiment = {
  name: 'fig20',
  summary: 'static P:D ratios of 8 instances, and the best switch between two (figure 20)',
  quick: QUICK,
  async run(input) {
    const loads = loadsOf(input);
    const prefills = Array.from({ length: INSTANCES - 1 }, (_, i) => i + 1);
    const fixed = prefills.map((prefill) => runRatio(ratioOf(prefill), loads, prefill));
    const first = prefills[fixed.indexOf(bestOf(fixed, ({ halves }) => halves[0]))]!;
    const moves = prefills
      .filter((then) => then !== first)
      .map((then) => runRatio(`${ratioOf(first)}, then ${ratioOf(then)}`, loads, first, then));
    const dynamic = bestOf(moves, ({ goodRate }) => goodRate);
    const title = 'Figure 20: every static ratio of 8 instances, and a switch between two';
    return resultOf(title, loads, [...fixed, dynamic], findingsOfRatios(fixed, dynamic));
  },
};

/** The load of both experiments. */
interface Loads {
  readonly phases: readonly Phase[];
  readonly trace: Trace;
  readonly switchAt: number;
}

interface RatioRun {
  readonly name: string;
  readonly attainment: number;
  /** Requests a second that met the SLO: over the whole run, and over each half. */
  readonly goodRate: number;
  readonly halves: readonly [number, number];
  /** The same by bins. */
  readonly good: Float64Array;
}

function loadsOf({ seed, quick }: ExperimentInput): Loads {
  const seconds = quick ? SECONDS_OF_PHASE.quick : SECONDS_OF_PHASE.whole;
  const phases = LOADS.map((load): Phase => ({ seconds, ...load }));
  return { phases, trace: exponentialTrace(seed, phases), switchAt: seconds };
}

/** Prefill to decode instances, such as `2:6`. */
function ratioOf(prefill: number): string {
  return `${prefill}:${INSTANCES - prefill}`;
}

/** @param then prefill instances from the switch on */
function runRatio(name: string, { trace, switchAt }: Loads, prefill: number, then = prefill): RatioRun {
  const counts = { prefill, decode: INSTANCES - prefill };
  const cluster = openStatic(trace, { profile: loadProfile('h100-llama-2-13b-bf16'), counts });
  if (then !== prefill) {
    const [from, to] = then > prefill ? (['decode', 'prefill'] as const) : (['prefill', 'decode'] as const);
    advanceCluster(cluster, switchAt);
    changeRoles(cluster, from, to, Math.abs(then - prefill), switchAt, () => FLIP_SECONDS);
  }
  const results = finishCluster(cluster);
  const good = goodByBin(trace, results);
  const met = results.outcome.reduce((sum, _, request) => sum + (isMet(results, request, SLO) ? 1 : 0), 0);
  const half = switchAt / BIN_SECONDS;
  const halves = [mean(good.subarray(0, half)), mean(good.subarray(half))] as const;
  return { name, attainment: met / trace.arrival.length, goodRate: mean(good), halves, good };
}

/** Requests a second that met the SLO, by the bin of their arrival. */
function goodByBin({ arrival, endSeconds }: Trace, results: SimulationResults): Float64Array {
  const good = new Float64Array(endSeconds! / BIN_SECONDS);
  for (let request = 0; request < arrival.length; request++)
    if (isMet(results, request, SLO)) good[Math.floor(arrival[request]! / BIN_SECONDS)]! += 1 / BIN_SECONDS;
  return good;
}

function bestOf(runs: readonly RatioRun[], of: (run: RatioRun) => number): RatioRun {
  return runs.reduce((best, run) => (of(run) > of(best) ? run : best));
}

function sayRates(runs: readonly RatioRun[]): string {
  return runs.map(({ name, goodRate }) => `${name} ${goodRate.toFixed(1)}`).join('; ');
}

function sayHalves(runs: readonly RatioRun[]): string {
  return runs
    .map(({ name, halves: [first, second] }) => `${name} ${first.toFixed(1)} and ${second.toFixed(1)}`)
    .join('; ');
}

function switchHelps(before: RatioRun, after: RatioRun, switched: RatioRun): Finding {
  return findingOf(
    'When the work turns, switching the ratio from 2:6 to 6:2 improves the goodput.',
    `Requests a second within the SLO: ${sayRates([before, after, switched])}.`,
    isAbove(switched.goodRate, before.goodRate) && isAbove(switched.goodRate, after.goodRate),
    () => `In the first and second half: ${sayHalves([before, after, switched])}.`,
  );
}

function findingsOfRatios(fixed: readonly RatioRun[], dynamic: RatioRun): Finding[] {
  const best = bestOf(fixed, ({ goodRate }) => goodRate);
  const [first, second] = [0, 1].map((half) => bestOf(fixed, ({ halves }) => halves[half]!)) as [RatioRun, RatioRun];
  return [
    findingOf(
      'A fixed ratio is not always ideal, as the work varies.',
      `Of the fixed ratios ${first.name} serves the most within the SLO in the first half, ${first.halves[0].toFixed(1)} requests a second, and ${second.name} in the second, ${second.halves[1].toFixed(1)}.`,
      isAbove(first.halves[0], second.halves[0]) && isAbove(second.halves[1], first.halves[1]),
      () => `In the first and second half: ${sayHalves(first === second ? [first] : [first, second])}.`,
    ),
    findingOf(
      'A ratio that follows the provisioned work improves the goodput over every fixed ratio of 8 instances.',
      `Requests a second within the SLO: ${sayRates([dynamic, best])}, the best of the fixed ones.`,
      isAbove(dynamic.goodRate, best.goodRate),
      () => `In the first and second half: ${sayHalves([dynamic, best])}.`,
    ),
  ];
}

async function resultOf(
  title: string,
  { phases, switchAt }: Loads,
  runs: readonly RatioRun[],
  findings: readonly Finding[],
): Promise<ExperimentResult> {
  const [before, after] = phases as [Phase, Phase];
  return {
    document: {
      experiment: title,
      runs: runs.map(({ name, attainment, goodRate, halves }) => ({ name, attainment, goodRate, halves })),
      switchAtSeconds: switchAt,
    },
    findings,
    report: {
      title,
      subtitle: `P:D is prefill to decode instances. ${INSTANCES} H100 with Llama-2-13B, simulated; ${switchAt / 60} minutes of ${before.rate} requests a second with prompts of ${before.promptTokens} tokens and responses of ${before.outputTokens} in the mean, then as long ${after.rate} a second with ${after.promptTokens} and ${after.outputTokens}. Good: the first token within ${SLO.ttft} s and ${1000 * SLO.tpot} ms a token after it (SLO).`,
      sections: [
        {
          heading: 'Goodput',
          text: NOTES,
          figures: [await overTime(runs), await averagesOf(runs)],
          tables: [{ header: TABLE_HEADER, rows: runs.map(rowOf) }],
        },
      ],
      footer: 'Paper: BurstGPT, section 6. Made by foresail paper.',
    },
  };
}

const NOTES =
  'The paper prints no numbers and not its load. The load here is modelled so that its work turns from responses to prompts once. Where a ratio cannot keep up, its queue grows and every later request misses the SLO, also after the work has turned.';

const TABLE_HEADER = ['P:D', 'in SLO %', 'good requests/s', 'first half', 'second half'] as const;

function rowOf({ name, attainment, goodRate, halves }: RatioRun): string[] {
  return [name, (100 * attainment).toFixed(1), ...[goodRate, ...halves].map((rate) => rate.toFixed(2))];
}

async function overTime(runs: readonly RatioRun[]): Promise<Figure> {
  const grid = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: BIN_SECONDS, fromSeconds: 0 };
  const series = runs.map(({ name, good }) => ({ name, values: good }));
  const data = { title: 'Requests within the SLO over time', grid, series, measure: 'requests per second' };
  return makeFigure(
    linesChart,
    data,
    'By arrival, in bins of five minutes. Hours and minutes from the start. Where lines coincide the last one is seen; the bars below tell them apart.',
  );
}

async function averagesOf(runs: readonly RatioRun[]): Promise<Figure> {
  const measure = (title: string, of: (run: RatioRun) => number) =>
    ({
      title: `${title}, requests per second`,
      values: runs.map((run) => rounded(of(run))),
      better: 'higher',
    }) as const;
  const measures = [
    measure('whole run', ({ goodRate }) => goodRate),
    measure('first half', ({ halves }) => halves[0]),
    measure('second half', ({ halves }) => halves[1]),
  ];
  const data = { title: 'Requests within the SLO by ratio', names: runs.map(({ name }) => name), measures };
  return makeFigure(comparisonChart, data, 'P:D ratios: prefill to decode instances.');
}

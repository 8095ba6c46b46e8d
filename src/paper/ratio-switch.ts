import { mean } from '../base/index.js';
import { linesChart, makeFigure } from '../report/index.js';
import {
  advanceCluster,
  changeRoles,
  finishCluster,
  isMet,
  loadProfile,
  openStatic,
  type SimulationResults,
} from '../serving/index.js';
import type { InstanceCounts } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { exponentialTrace } from './two-phase-load.js';
import type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';

const HOURS = 2;
const SWITCH_AT = (HOURS * 3600) / 2;
const SLO = { ttft: 2, tpot: 0.05, attainment: 0.9 };
const BIN_SECONDS = 300;
/** Seconds of a role change: a flip of the engine, or a launch anew. */
const FLIP_SECONDS = 2;
const RATES = { before: 90, after: 80 } as const;

/** One switch of the ratio, 2:6 to 6:2, when the work turns from responses to prompts (paper 6). */
export const figure19: Experiment = {
  name: 'fig19',
  summary: 'one switch of the P:D ratio, 2:6 to 6:2 (figure 19)',
  run: (input) =>
    runSwitch(
      input,
      'Figure 19: one switch from 2:6 to 6:2',
      [
        [2, 6],
        [6, 2],
      ],
      true,
    ),
};

/** Every static ratio on the same load; the dynamic ratio is `foresail plan`'s and `contest`'s (paper 6). */
export const figure20: Experiment = {
  name: 'fig20',
  summary: 'static P:D ratios of 8 instances (the static half of figure 20)',
  run: (input) =>
    runSwitch(
      input,
      'Figure 20, static half: every ratio of 8 instances',
      [1, 2, 3, 4, 5, 6, 7].map((prefill) => [prefill, 8 - prefill] as const),
      false,
    ),
};

interface RatioRun {
  readonly name: string;
  readonly attainment: number;
  /** Requests a second that met the SLO. */
  readonly goodRate: number;
  readonly good: Float64Array;
}

async function runSwitch(
  { seed }: ExperimentInput,
  title: string,
  ratios: readonly (readonly [number, number])[],
  hasSwitch: boolean,
): Promise<ExperimentResult> {
  const trace = exponentialTrace(seed, [
    { seconds: SWITCH_AT, rate: RATES.before, promptTokens: 150, outputTokens: 250 },
    { seconds: SWITCH_AT, rate: RATES.after, promptTokens: 1500, outputTokens: 40 },
  ]);
  const runs = ratios.map(([prefill, decode]) => runRatio(`${prefill}:${decode}`, trace, { prefill, decode }, false));
  if (hasSwitch) runs.push(runRatio('2:6, then 6:2', trace, { prefill: 2, decode: 6 }, true));
  const grid = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: BIN_SECONDS, fromSeconds: 0 };
  const series = runs.map(({ name, good }) => ({ name, values: good }));
  const chart = { title: 'Requests within the SLO', grid, series, measure: 'a second' };
  return {
    document: {
      experiment: title,
      runs: runs.map(({ name, attainment, goodRate }) => ({ name, attainment, goodRate })),
      switchAtSeconds: SWITCH_AT,
    },
    report: {
      title,
      subtitle: `8 H100 with Llama-2-13B, simulated; ${RATES.before} requests a second with short prompts and long responses for an hour, then ${RATES.after} with long prompts and short responses; within TTFT 2 s and TPOT 50 ms.`,
      sections: [
        {
          heading: 'Goodput over time',
          text: [
            'The paper: at 6:00 the ratio switches from 2:6 to 6:2, and goodput rises; it prints no numbers and not the load. The load here is modelled so that its work turns over as the figure shows.',
            verdict(runs),
          ],
          figures: [await makeFigure(linesChart, chart, 'By arrival, in bins of five minutes.')],
          tables: [
            {
              header: ['ratio', 'in SLO %', 'good requests/s'],
              rows: runs.map(({ name, attainment, goodRate }) => [
                name,
                (100 * attainment).toFixed(1),
                goodRate.toFixed(2),
              ]),
            },
          ],
        },
      ],
      footer: 'Paper: BurstGPT, section 6. Made by foresail paper.',
    },
  };
}

function verdict(runs: readonly RatioRun[]): string {
  const best = runs.reduce((a, b) => (b.goodRate > a.goodRate ? b : a));
  return `Here ${best.name} serves the most within the SLO: ${best.goodRate.toFixed(2)} requests a second (${runs.map(({ name, goodRate }) => `${name} ${goodRate.toFixed(2)}`).join(', ')}).`;
}

function runRatio(name: string, trace: Trace, counts: InstanceCounts, doesSwitch: boolean): RatioRun {
  const cluster = openStatic(trace, { profile: loadProfile('h100-llama-2-13b-bf16'), counts });
  if (doesSwitch) {
    advanceCluster(cluster, SWITCH_AT);
    changeRoles(cluster, 'decode', 'prefill', 4, SWITCH_AT, () => FLIP_SECONDS);
  }
  const results = finishCluster(cluster);
  const good = goodByBin(trace, results);
  const met = results.outcome.reduce((sum, _, request) => sum + (isMet(results, request, SLO) ? 1 : 0), 0);
  return { name, attainment: met / trace.arrival.length, goodRate: mean(good), good };
}

/** Requests a second that met the SLO, by the bin of their arrival. */
function goodByBin({ arrival }: Trace, results: SimulationResults): Float64Array {
  const good = new Float64Array((HOURS * 3600) / BIN_SECONDS);
  for (let request = 0; request < arrival.length; request++)
    if (isMet(results, request, SLO)) good[Math.floor(arrival[request]! / BIN_SECONDS)]! += 1 / BIN_SECONDS;
  return good;
}

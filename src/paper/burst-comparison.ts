import { linesChart, makeFigure, type Figure } from '../report/index.js';
import type { Timeline } from '../serving/index.js';
import { generateTrace, MAF_MODEL, type Trace } from '../trace/index.js';
import type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';
import {
  firstAtRate,
  readFirstWeek,
  readFunctions,
  RUN_HEADER,
  runDocument,
  runOnOneGpu,
  runRow,
  type EngineRun,
} from './single-gpu.js';

const REQUESTS = 2000;
const RATE = 0.326;
/** The paper's rate hardly loads an H100, so the same comparison is also made at this one. */
const LOADED_RATE = 2;

/** BurstGPT beside MAF2 at the same rate, over time (paper 5.1): the real one where its file is there, else a load like it, labelled modelled. */
export const figure13: Experiment = {
  name: 'fig13',
  summary: 'BurstGPT beside MAF2, or a load like it, at the same rate, over time (figure 13)',
  run: (input) => compare(input, 'Figure 13: how bursts show in latency, throughput, KV use and failures', true),
};

/** The averages of the same runs (paper 5.1). */
export const figure14: Experiment = {
  name: 'fig14',
  summary: 'BurstGPT beside MAF2, or a load like it, at the same rate, averages (figure 14)',
  run: (input) => compare(input, 'Figure 14: token latency and throughput, BurstGPT beside MAF2', false),
};

const PAPER =
  'The paper: at 0.326 requests a second BurstGPT has the burstier concurrency, higher average latency and higher throughput than MAF2, and the larger KV use.';

async function compare(
  { folders, seed }: ExperimentInput,
  title: string,
  isOverTime: boolean,
): Promise<ExperimentResult> {
  const burst = await readFirstWeek(folders);
  const measured = await readFunctions(folders);
  const functions = measured ?? generateTrace(MAF_MODEL, { days: 1, seed });
  const functionsName = measured === null ? 'MAF2-like, modelled' : 'MAF2';
  const runs = [RATE, LOADED_RATE].flatMap((rate) => {
    const first = firstAtRate(burst, REQUESTS, rate);
    // The lengths of one for both: only the arrivals differ.
    const second = withLengthsOf(firstAtRate(functions, REQUESTS, rate), first);
    return [runOnOneGpu(`BurstGPT, ${rate}/s`, first), runOnOneGpu(`${functionsName}, ${rate}/s`, second)];
  });
  return {
    document: { experiment: title, runs: runs.map(runDocument), agrees: agreement(runs) },
    report: {
      title,
      subtitle: `The first ${REQUESTS} served requests of BurstGPT week 1 and as many of ${measured === null ? 'a modelled load like ' : ''}Azure Functions 2021, the same lengths; Llama-2-13B on one H100, simulated.`,
      sections: [
        ...(isOverTime ? [{ heading: 'Over time', figures: await figuresOf(runs.slice(0, 2)) }] : []),
        { heading: 'Averages', text: [PAPER, verdict(runs)], tables: [{ header: RUN_HEADER, rows: runs.map(runRow) }] },
      ],
      footer: 'Paper: BurstGPT, section 5.1 (A800, vLLM of 2023). Made by foresail paper.',
    },
  };
}

function withLengthsOf(trace: Trace, { promptTokens, outputTokens }: Trace): Trace {
  const count = trace.arrival.length;
  return { ...trace, promptTokens: promptTokens.slice(0, count), outputTokens: outputTokens.slice(0, count) };
}

interface Agreement {
  readonly latencyHigher: boolean;
  readonly throughputHigher: boolean;
  readonly kvPeakHigher: boolean;
}

/** Which of the paper's findings hold here, at its own rate and at the loaded one. */
function agreement(runs: readonly EngineRun[]): Agreement[] {
  return [0, 2].map((at) => {
    const [burst, functions] = [runs[at]!, runs[at + 1]!];
    return {
      latencyHigher: burst.tokenLatency > functions.tokenLatency,
      throughputHigher: burst.throughput > functions.throughput,
      kvPeakHigher: burst.kvPeak > functions.kvPeak,
    };
  });
}

function verdict(runs: readonly EngineRun[]): string {
  const [own, loaded] = agreement(runs) as [Agreement, Agreement];
  const say = (holds: boolean): string => (holds ? 'as in the paper' : 'against the paper');
  const line = ({ latencyHigher, throughputHigher, kvPeakHigher }: Agreement): string =>
    `latency higher for BurstGPT: ${say(latencyHigher)}; throughput higher: ${say(throughputHigher)}; KV peak higher: ${say(kvPeakHigher)}`;
  return `Here, at ${RATE}/s: ${line(own)}. At ${LOADED_RATE}/s: ${line(loaded)}. With the same requests in the same span, throughput can differ only by how long the end takes; the paper's requests were not of the same lengths. Its A800 and vLLM of 2023 were much nearer to their limit than an H100 is.`;
}

async function figuresOf(runs: readonly EngineRun[]): Promise<Figure[]> {
  const grid = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: 60, fromSeconds: 0 };
  const panel = (title: string, measure: string, of: (timeline: Timeline) => Float64Array): Promise<Figure> => {
    const series = runs.map(({ name, timeline }) => ({ name, values: of(timeline) }));
    return makeFigure(linesChart, { title, grid, series, measure }, `${title} in bins of a minute.`);
  };
  return [
    await panel('Requests', 'a minute', ({ arrived }) => arrived),
    await panel('Latency', 'seconds', ({ e2e }) => e2e),
    await panel('Throughput', 'tokens a second', ({ tokens }) => tokens.map((value) => value / 60)),
    await panel('KV cache in use', '%', ({ roles }) => roles.serve!.kvUse.map((share) => 100 * share)),
    await panel('Failures', 'a minute', ({ failed }) => failed),
  ];
}

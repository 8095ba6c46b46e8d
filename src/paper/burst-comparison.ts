import { comparisonChart, linesChart, makeFigure, type Figure, type ReportSection } from '../report/index.js';
import type { Timeline } from '../serving/index.js';
import { generateTrace, MAF_MODEL, type Trace } from '../trace/index.js';
import type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';
import { findingOf, isAbove, type Finding } from './finding.js';
import {
  firstAtRate,
  milliseconds,
  percent,
  rounded,
  readFirstWeek,
  readFunctions,
  RUN_HEADER,
  RUN_WORDS,
  runDocument,
  runOnOneGpu,
  runRow,
  type EngineRun,
} from './single-gpu.js';

const REQUESTS = { whole: 2000, quick: 500 } as const;
const RATE = 0.326;
/** The paper's rate hardly loads an H100, so the same comparison is also made at this one. */
const LOADED_RATE = 2;
const QUICK = `${REQUESTS.quick} requests of each load`;

/** BurstGPT beside MAF2 at the same rate, over time (paper 5.1): the real one where its file is there, else a load like it, labelled modelled. */
export const figure13: Experiment = {
  name: 'fig13',
  summary: 'BurstGPT beside MAF2, or a load like it, at the same rate, over time (figure 13)',
  quick: QUICK,
  run: (input) =>
    compare(
      input,
      'Figure 13: how bursts show in latency, throughput, KV use and failures',
      overTime,
      findingsOverTime,
    ),
};

/** The averages of the same runs (paper 5.1). */
export const figure14: Experiment = {
  name: 'fig14',
  summary: 'BurstGPT beside MAF2, or a load like it, at the same rate, averages (figure 14)',
  quick: QUICK,
  run: (input) =>
    compare(input, 'Figure 14: token latency and throughput, BurstGPT beside MAF2', averages, findingsOfAverages),
};

/** BurstGPT and the functions at one rate. */
interface Pair {
  readonly rate: number;
  readonly burst: EngineRun;
  readonly functions: EngineRun;
}

async function compare(
  { folders, seed, quick }: ExperimentInput,
  title: string,
  figuresOf: (pairs: readonly Pair[]) => Promise<ReportSection>,
  findingsOf: (pairs: readonly Pair[]) => Finding[],
): Promise<ExperimentResult> {
  const count = quick ? REQUESTS.quick : REQUESTS.whole;
  const burst = await readFirstWeek(folders);
  const measured = await readFunctions(folders);
  const functions = measured ?? generateTrace(MAF_MODEL, { days: 1, seed });
  const functionsName = measured === null ? 'MAF2-like, modelled' : 'MAF2';
  const pairs = [RATE, LOADED_RATE].map((rate): Pair => {
    const first = firstAtRate(burst, count, rate);
    // The lengths of one for both: only the arrivals differ.
    const second = withLengthsOf(firstAtRate(functions, count, rate), first);
    return {
      rate,
      burst: runOnOneGpu(`BurstGPT, ${rate}/s`, first),
      functions: runOnOneGpu(`${functionsName}, ${rate}/s`, second),
    };
  });
  const runs = pairs.flatMap((pair) => [pair.burst, pair.functions]);
  return {
    document: { experiment: title, runs: runs.map(runDocument) },
    findings: findingsOf(pairs),
    report: {
      title,
      subtitle: `The first ${runs[0]!.requests} served requests of BurstGPT's first week and ${runs[1]!.requests} of ${measured === null ? 'a modelled load like ' : ''}Azure Functions 2021 (MAF2), with the same lengths, at the paper's ${RATE} requests a second and at ${LOADED_RATE}; Llama-2-13B on one H100, simulated.`,
      sections: [
        await figuresOf(pairs),
        { heading: 'The runs', text: RUN_WORDS, tables: [{ header: RUN_HEADER, rows: runs.map(runRow) }] },
      ],
      footer: 'Paper: BurstGPT, section 5.1 (A800, vLLM of 2023). Made by foresail paper.',
    },
  };
}

function withLengthsOf(trace: Trace, { promptTokens, outputTokens }: Trace): Trace {
  const count = trace.arrival.length;
  return { ...trace, promptTokens: promptTokens.slice(0, count), outputTokens: outputTokens.slice(0, count) };
}

/** A measure of which the paper says that BurstGPT has more. */
interface Claim {
  readonly said: string;
  readonly what: string;
  readonly of: (run: EngineRun) => number;
  readonly say: (value: number) => string;
  readonly why: () => string;
}

function findingsOverTime(pairs: readonly Pair[]): Finding[] {
  const kv: Claim = {
    said: 'BurstGPT is harder on the KV cache.',
    what: 'Percent of the KV cache in use at its peak',
    ...{ of: ({ kvPeak }) => kvPeak, say: percent, why: () => whyCrowding(pairs) },
  };
  return [burstier(pairs[0]!), compared(kv, pairs)];
}

function findingsOfAverages(pairs: readonly Pair[]): Finding[] {
  const latency: Claim = {
    said: 'BurstGPT has the higher average token latency.',
    what: 'Milliseconds a token',
    ...{ of: ({ tokenLatency }) => tokenLatency, say: milliseconds, why: () => whyCrowding(pairs) },
  };
  const throughput: Claim = {
    said: 'BurstGPT has the higher average throughput.',
    what: 'Tokens a second over the whole run',
    ...{ of: (run) => run.throughput, say: (value) => value.toFixed(0), why: () => whyThroughput(pairs) },
  };
  return [latency, throughput].map((claim) => compared(claim, pairs));
}

function burstier({ burst, functions }: Pair): Finding {
  const [first, second] = [burst.gapVariation, functions.gapVariation];
  return findingOf(
    'At the same rate BurstGPT is burstier than MAF2, whose requests come more evenly.',
    `Standard deviation of the gaps between requests over their mean: ${first.toFixed(2)} against ${second.toFixed(2)}.`,
    isAbove(first, second),
    () => 'These functions come no more evenly than these requests.',
  );
}

function compared({ said, what, of, say, why }: Claim, pairs: readonly Pair[]): Finding {
  const figures = pairs.map(
    ({ rate, burst, functions }) => `${say(of(burst))} against ${say(of(functions))} at ${rate}/s`,
  );
  const agrees = pairs.every(({ burst, functions }) => isAbove(of(burst), of(functions)));
  return findingOf(said, `${what}: ${figures.join(', ')}.`, agrees, why);
}

function whyCrowding(pairs: readonly Pair[]): string {
  return `What crowding costs: ${pairs.map(crowdingOf).join('; ')}.`;
}

/** How near to its limit the engine was. */
function crowdingOf({ rate, burst, functions }: Pair): string {
  const one = ({ kvPeak, ttft, failureRate }: EngineRun): string =>
    `${percent(kvPeak)} % of the KV cache at the peak, ${milliseconds(ttft)} ms to the first token, ${percent(failureRate)} % failed`;
  return `at ${rate}/s BurstGPT ${one(burst)}, functions ${one(functions)}`;
}

function whyThroughput(pairs: readonly Pair[]): string {
  const busy = pairs.map(
    ({ rate, burst, functions }) =>
      `${burst.busyThroughput.toFixed(0)} against ${functions.busyThroughput.toFixed(0)} at ${rate}/s`,
  );
  return `Requests of the same lengths at the same rate give the same tokens a second over the whole run, but for failures and how long the last ones take; the paper's two loads need not have had the same lengths. Over the time in which a request was in the engine it is ${busy.join(', ')}.`;
}

async function overTime(pairs: readonly Pair[]): Promise<ReportSection> {
  const { burst, functions, rate } = pairs[0]!;
  const runs = [burst, functions];
  const grid = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: 60, fromSeconds: 0 };
  const panel = (
    title: string,
    measure: string,
    of: (timeline: Timeline) => Float64Array,
    note: string,
  ): Promise<Figure> => {
    const series = runs.map(({ name, timeline }) => ({ name, values: of(timeline) }));
    return makeFigure(
      linesChart,
      { title, grid, series, measure },
      `${note} Hours and minutes from the first request.`,
    );
  };
  const tokensPerSecond = ({ tokens }: Timeline): Float64Array => tokens.map((value) => value / 60);
  const kvPercent = ({ roles }: Timeline): Float64Array => roles.serve!.kvUse.map((share) => 100 * share);
  return {
    heading: `Over time, at ${rate} requests a second`,
    figures: [
      await panel('Requests', 'requests per minute', ({ arrived }) => arrived, 'By arrival.'),
      await panel(
        'Latency',
        'seconds',
        ({ e2e }) => e2e,
        'Arrival to last token, mean over the requests that arrived in each minute; a gap where none did.',
      ),
      await panel(
        'Throughput',
        'tokens per second',
        tokensPerSecond,
        'Prompt and response tokens of the requests that ended in each minute.',
      ),
      await panel('KV cache in use', '% of its blocks', kvPercent, 'At the end of each minute.'),
      await panel('Failures', 'requests per minute', ({ failed }) => failed, 'By arrival.'),
    ],
  };
}

async function averages(pairs: readonly Pair[]): Promise<ReportSection> {
  const figures = pairs.map(({ rate, burst, functions }) => {
    const runs = [burst, functions];
    const measures = [
      { title: 'token latency, ms', values: runs.map((run) => rounded(1000 * run.tokenLatency)), better: 'lower' },
      { title: 'token latency jitter, ms', values: runs.map((run) => rounded(1000 * run.jitter)), better: 'lower' },
      {
        title: 'throughput, tokens per second',
        values: runs.map((run) => Math.round(run.throughput)),
        better: 'higher',
      },
    ] as const;
    const data = { title: `${rate} requests a second`, names: runs.map(({ name }) => name), measures };
    return makeFigure(comparisonChart, data, 'Averages over the whole run; jitter is the standard deviation.');
  });
  return { heading: 'Averages', figures: await Promise.all(figures) };
}

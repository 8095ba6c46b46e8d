import { mean, quantileOfSorted, variance } from '../base/index.js';
import { comparisonChart, linesChart, makeFigure, type Figure } from '../report/index.js';
import { BURSTGPT_MODEL, filterTrace, generateTrace, type Trace } from '../trace/index.js';
import type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';
import { findingOf, isAbove, type Finding } from './finding.js';
import {
  finishedRequests,
  firstAtRate,
  milliseconds,
  percent,
  rounded,
  readFirstWeek,
  RUN_HEADER,
  RUN_WORDS,
  runDocument,
  runOnOneGpu,
  runRow,
  tokenLatencyOf,
  type EngineRun,
} from './single-gpu.js';

const REQUESTS = { whole: 4000, quick: 1000 } as const;
/**
 * Requests per second. Conversation uses about the 30 to 40 % of the KV cache that the paper aims at (4.2); API requests come in
 * regimes, which fill it though its mean is far lower.
 */
const RATES = { conversation: 3, api: 6 } as const;
const SERVICES = ['conversation', 'api'] as const;
/** Days of modelled API requests, 50 to 60 a day in the mean: about twice as many as are taken. */
const API_DAYS = 180;
const POLICIES = ['fcfs', 'srf', 'lrf'] as const;

/** First come, shortest first and longest first on conversation and on API requests (paper 5.3). */
export const figure16: Experiment = {
  name: 'fig16',
  summary: 'FCFS, SRF and LRF on conversation and on API requests (figure 16)',
  quick: `${REQUESTS.quick} requests of each service`,
  run: (input) => runPolicies(input),
};

type Service = (typeof SERVICES)[number];
type PolicyRun = EngineRun & { readonly service: Service; readonly policy: string };

async function runPolicies({ folders, seed, quick }: ExperimentInput): Promise<ExperimentResult> {
  const sources = { conversation: await readFirstWeek(folders), api: modelledApi(seed) };
  const runs = SERVICES.flatMap((service) => {
    const source = sources[service];
    const only = filterTrace(source, { service: nameIn(source, service) });
    const trace = firstAtRate(only, quick ? REQUESTS.quick : REQUESTS.whole, RATES[service]);
    return POLICIES.map((policy): PolicyRun => ({
      service,
      policy,
      ...runOnOneGpu(`${service}, ${policy}`, trace, { policy }),
    }));
  });
  const title = 'Figure 16: which request first';
  const ownApi = filterTrace(sources.conversation, { service: nameIn(sources.conversation, 'api') }).arrival.length;
  const count = (service: Service): number => runs.find((run) => run.service === service)!.requests;
  return {
    document: { experiment: title, runs: runs.map(runDocument) },
    findings: findingsOf(runs),
    report: {
      title,
      subtitle: `First come first served (FCFS), the shortest prompt first (SRF) and the longest first (LRF). The first ${count('conversation')} served conversation requests of BurstGPT's first week at ${RATES.conversation} a second, and ${count('api')} API requests drawn from ${BURSTGPT_MODEL.name}, our model of BurstGPT's first weeks, at ${RATES.api}: the measured trace has ${ownApi} of them. Llama-2-13B on one H100, simulated.`,
      sections: [
        {
          heading: 'Averages',
          text: RUN_WORDS,
          figures: await Promise.all(SERVICES.map((service) => averagesOf(service, runs))),
          tables: [{ header: RUN_HEADER, rows: runs.map(runRow) }],
        },
        { heading: 'Over time', figures: await Promise.all(SERVICES.map((service) => overTime(service, runs))) },
      ],
      footer: 'Paper: BurstGPT, section 5.3. Made by foresail paper.',
    },
  };
}

/** What a trace calls a service. */
function nameIn({ serviceNames }: Trace, service: Service): string | undefined {
  return serviceNames.find((known) => known.toLowerCase().startsWith(service.slice(0, 3)));
}

/** API requests alone: the first week has next to none. */
function modelledApi(seed: number): Trace {
  const services = BURSTGPT_MODEL.services.filter(({ name }) => name === 'api');
  return generateTrace({ ...BURSTGPT_MODEL, services }, { days: API_DAYS, seed });
}

/** A measure of token latencies, seconds. */
interface Measure {
  readonly name: string;
  readonly of: (latencies: readonly number[]) => number;
}

const LATENCY: Measure = { name: 'token latency', of: mean };
const JITTER: Measure = { name: 'jitter', of: (latencies) => Math.sqrt(variance(latencies)) };

function findingsOf(runs: readonly PolicyRun[]): Finding[] {
  return [
    compared(runs, 'conversation', LATENCY, 'On conversation LRF beats FCFS in latency.', true),
    compared(runs, 'conversation', JITTER, 'On conversation LRF beats FCFS in latency jitter.', true),
    compared(runs, 'api', LATENCY, 'On API requests LRF does not beat FCFS in latency.', false),
    compared(runs, 'api', JITTER, 'On API requests LRF does not beat FCFS in latency jitter.', false),
  ];
}

/** Holds LRF against FCFS. @param isBetter whether the paper says that LRF is better */
function compared(
  runs: readonly PolicyRun[],
  service: Service,
  measure: Measure,
  said: string,
  isBetter: boolean,
): Finding {
  const [fcfs, lrf] = (['fcfs', 'lrf'] as const).map((policy) => {
    const run = runs.find((one) => one.service === service && one.policy === policy)!;
    return { ...halvesOf(run, measure), failed: percent(run.failureRate) };
  }) as [Halves & { failed: string }, Halves & { failed: string }];
  const { name } = measure;
  const ours = `LRF has a ${name} of ${milliseconds(lrf.whole)} ms, FCFS of ${milliseconds(fcfs.whole)} ms; ${lrf.failed} % and ${fcfs.failed} % of the requests failed.`;
  return findingOf(said, ours, isAbove(fcfs.whole, lrf.whole) === isBetter, () => {
    const half = (of: keyof Halves): string =>
      `${milliseconds(lrf[of])} ms under LRF and ${milliseconds(fcfs[of])} ms under FCFS`;
    return `Of the half with the shorter prompts the ${name} is ${half('shorter')}, of the other half ${half('longer')}; requests that failed are in neither. The paper gives no load, so that its queue may have been another.`;
  });
}

/** A measure of all requests that finished, and of those with the shorter and with the longer prompts. */
interface Halves {
  readonly whole: number;
  readonly shorter: number;
  readonly longer: number;
}

function halvesOf({ trace, results }: EngineRun, { of }: Measure): Halves {
  const middle = quantileOfSorted(trace.promptTokens.slice().sort(), 0.5);
  const finished = finishedRequests(results);
  const isShorter = (request: number): boolean => trace.promptTokens[request]! <= middle;
  const measured = (requests: readonly number[]): number =>
    of(requests.map((request) => tokenLatencyOf(trace, results, request)));
  return {
    whole: measured(finished),
    shorter: measured(finished.filter(isShorter)),
    longer: measured(finished.filter((request) => !isShorter(request))),
  };
}

async function averagesOf(service: Service, runs: readonly PolicyRun[]): Promise<Figure> {
  const own = runs.filter((run) => run.service === service);
  const measures = [
    { title: 'token latency, ms', values: own.map((run) => rounded(1000 * run.tokenLatency)), better: 'lower' },
    { title: 'token latency jitter, ms', values: own.map((run) => rounded(1000 * run.jitter)), better: 'lower' },
    { title: 'throughput, tokens per second', values: own.map((run) => Math.round(run.throughput)), better: 'higher' },
    { title: 'failed requests, %', values: own.map((run) => rounded(100 * run.failureRate)), better: 'lower' },
  ] as const;
  const data = { title: titleOf(service), names: own.map(({ policy }) => policy.toUpperCase()), measures };
  return makeFigure(comparisonChart, data, 'Over the whole run; latencies are of the requests that finished.');
}

async function overTime(service: Service, runs: readonly PolicyRun[]): Promise<Figure> {
  const series = runs
    .filter((run) => run.service === service)
    .map(({ policy, timeline }) => ({ name: policy.toUpperCase(), values: timeline.ttft }));
  const grid = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: 60, fromSeconds: 0 };
  const data = { title: `Time to the first token, ${titleOf(service)}`, grid, series, measure: 'seconds' };
  return makeFigure(
    linesChart,
    data,
    'Mean over the requests that arrived in each minute and finished; a gap where there are none. Hours and minutes from the first request.',
  );
}

function titleOf(service: Service): string {
  return service === 'api' ? 'API requests' : 'conversation';
}

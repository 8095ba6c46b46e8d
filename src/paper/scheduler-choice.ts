import { linesChart, makeFigure } from '../report/index.js';
import { BURSTGPT_MODEL, filterTrace, generateTrace } from '../trace/index.js';
import type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';
import {
  firstAtRate,
  readFirstWeek,
  RUN_HEADER,
  runDocument,
  runOnOneGpu,
  runRow,
  type EngineRun,
} from './single-gpu.js';

const REQUESTS = 4000;
/** Rates at which requests wait for one H100 now and then, so that an order matters. */
const RATES = { conversation: 5, api: 6 } as const;
const POLICIES = ['fcfs', 'srf', 'lrf'] as const;

/** First come, shortest first and longest first on conversation and on API requests (paper 5.3). */
export const figure16: Experiment = {
  name: 'fig16',
  summary: 'FCFS, SRF and LRF on conversation and on API requests (figure 16)',
  run: (input) => runPolicies(input),
};

async function runPolicies({ folders, seed }: ExperimentInput): Promise<ExperimentResult> {
  const week = await readFirstWeek(folders);
  // Week 1 has next to no API requests: those are drawn from the model of the whole trace.
  const modelled = generateTrace(BURSTGPT_MODEL, { days: 90, seed });
  const sources = [
    { service: 'conversation', source: week },
    { service: 'api', source: modelled },
  ] as const;
  const runs = sources.flatMap(({ service, source }) => {
    const name = source.serviceNames.find((known) => known.toLowerCase().startsWith(service.slice(0, 3)));
    const trace = firstAtRate(filterTrace(source, { service: name }), REQUESTS, RATES[service]);
    return POLICIES.map((policy) => ({ service, policy, ...runOnOneGpu(`${service}, ${policy}`, trace, policy) }));
  });
  const title = 'Figure 16: which request first';
  return {
    document: { experiment: title, runs: runs.map(runDocument) },
    report: {
      title,
      subtitle: `The first ${REQUESTS} served conversation requests of BurstGPT week 1 at ${RATES.conversation} a second, and as many modelled API requests at ${RATES.api}; Llama-2-13B on one H100, simulated.`,
      sections: [
        { heading: 'Averages', text: [PAPER, verdict(runs)], tables: [{ header: RUN_HEADER, rows: runs.map(runRow) }] },
        { heading: 'Over time', figures: [await figureOf('conversation', runs), await figureOf('api', runs)] },
      ],
      footer: 'Paper: BurstGPT, section 5.3. Made by foresail paper.',
    },
  };
}

type PolicyRun = EngineRun & { readonly service: string; readonly policy: string };

const PAPER =
  'The paper: on conversation LRF beats FCFS in latency and jitter, on API it does not; so what helps one workload need not help another.';

function verdict(runs: readonly PolicyRun[]): string {
  const better = (service: string): string => {
    const of = (policy: string): PolicyRun => runs.find((run) => run.service === service && run.policy === policy)!;
    const [fcfs, lrf] = [of('fcfs'), of('lrf')];
    const say = (holds: boolean): string => (holds ? 'below' : 'not below');
    return `on ${service} LRF's token latency is ${say(lrf.tokenLatency < fcfs.tokenLatency)} and its jitter ${say(lrf.jitter < fcfs.jitter)} FCFS's`;
  };
  return `Here ${better('conversation')}; ${better('api')}. Requests that waited for a minute fail and are left out of the latencies, which flatters an order that lets many fail. Where LRF wins, it is because latency is counted per token, and long prompts have long responses.`;
}

async function figureOf(service: string, runs: readonly PolicyRun[]): ReturnType<typeof makeFigure> {
  const series = runs
    .filter((run) => run.service === service)
    .map(({ policy, timeline }) => ({ name: policy, values: timeline.ttft }));
  const grid = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: 60, fromSeconds: 0 };
  const title = `Time to the first token, ${service}`;
  return makeFigure(linesChart, { title, grid, series, measure: 'seconds' }, 'Mean over the requests of each minute.');
}

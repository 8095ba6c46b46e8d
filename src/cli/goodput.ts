import { Command } from 'commander';
import { InputError, mean, seededRandom } from '../base/index.js';
import { mixOf, sampleTrace } from '../load/index.js';
import {
  allSplits,
  beyondRange,
  goodputOfAll,
  goodputSensitivity,
  openSearchers,
  type Goodput,
  type LatencyProfile,
  type SensitivityPoint,
  type StaticDeployment,
} from '../serving/index.js';
import type { InstanceCounts, Slo } from '../spec/index.js';
import { embeddedTracePath, failedCount, requestCount, type Trace } from '../trace/index.js';
import { printGoodput } from './goodput/answer.js';
import { goodputReport } from './goodput/report.js';
import { bestOf, sensitivityJson } from './goodput/sensitivity.js';
import { oneOf, wholeNumber } from './numbers.js';
import { formatCount, printJson, writeText } from './output.js';
import { withProgress } from './progress.js';
import { addServingOptions, readServingOptions, type ServingFlags } from './serving-options.js';
import { COLUMNS_OPTION, readTraceInput } from './trace-input.js';

interface GoodputFlags extends ServingFlags {
  readonly requests: string;
  readonly arrivals: string;
  readonly seed: string;
  readonly threads?: string;
  readonly sensitivity?: boolean;
  readonly report?: string;
  readonly columns?: string;
  readonly skipBadRows?: boolean;
  readonly json?: boolean;
}

const DEFAULT_GPUS = 8;

const EXAMPLES = `
Examples:
  foresail goodput --gpus 8
  foresail goodput trace.csv --prefill 2 --decode 6 --slo ttft=1s,tpot=30ms,attainment=0.95
  foresail goodput --prefill 2 --decode 6 --sensitivity
  foresail goodput --serve 4 --profile h100-llama-2-13b-bf16 --arrivals poisson --json`;

/** `foresail goodput [TRACE]`: the largest rate that each deployment serves within the SLO. */
export function goodputCommand(): Command {
  const command = new Command('goodput').argument(
    '[trace]',
    'trace whose lengths and burstiness are drawn from (default: the modelled week)',
  );
  return addServingOptions(command)
    .description('Finds the largest request rate within the SLO: of one deployment, or of every split of --gpus.')
    .option('--requests <n>', 'requests in each simulation', '20000')
    .option('--arrivals <kind>', 'mix (as bursty as the trace) or poisson', 'mix')
    .option('--seed <n>', 'seed of arrivals and lengths', '1')
    .option('--threads <n>', 'simulations at once (default: one for each core)')
    .option('--sensitivity', 'also the goodput of the best deployment when a part of the SLO is tighter or looser')
    .option(...COLUMNS_OPTION)
    .option('--skip-bad-rows', 'count bad rows instead of stopping at the first')
    .option('--report <file>', 'write an HTML page with the goodput of each deployment, and of other SLOs')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(file: string | undefined, flags: GoodputFlags): Promise<void> {
  const { counts, instances, slo, rate, deployment } = readServingOptions(flags);
  if (rate !== null) throw new InputError('--rate is what goodput looks for: foresail simulate takes one');
  const threads = flags.threads === undefined ? undefined : wholeNumber('--threads', flags.threads, 1, 256);
  const unitTrace = await workload(file ?? embeddedTracePath(), flags);
  const splits = counts ? [counts] : allSplits(instances ?? defaultInstances(deployment.profile));
  const { found, best, sensitivity } = await searchAll(unitTrace, splits, deployment, slo, { ...flags, threads });
  const source = file ?? 'the modelled week';
  const facts = {
    requests: requestCount(unitTrace),
    meanPromptTokens: mean(unitTrace.promptTokens),
    meanOutputTokens: mean(unitTrace.outputTokens),
  };
  const { profile } = deployment;
  const title = `${profile.name}, ${flags.slo}; ${formatCount(facts.requests)} requests drawn from ${source}`;
  const ranges = found.map(({ steps }) => steps);
  const answer = { title, found, best, sensitivity, beyondProfile: beyondRange(profile, ranges) };
  if (flags.report !== undefined) await writeText(flags.report, await goodputReport(answer));
  if (flags.json)
    printJson('goodput', {
      configurations: found.map(asJson),
      beyondProfile: answer.beyondProfile,
      ...(sensitivity && { sensitivity: sensitivity.map(sensitivityJson), sensitivityOf: best.counts }),
      slo,
      profile: profile.name,
      workload: { source, modelled: file === undefined, ...facts },
    });
  else printGoodput(answer);
}

/** The goodput of each deployment, the best of them, and what other SLOs would make of that when it is asked. */
async function searchAll(
  unitTrace: Trace,
  splits: readonly InstanceCounts[],
  deployment: Omit<StaticDeployment, 'counts'>,
  slo: Slo,
  { threads, sensitivity: isAsked }: { readonly threads: number | undefined; readonly sensitivity?: boolean },
): Promise<{ found: Goodput[]; best: Goodput; sensitivity: SensitivityPoint[] | null }> {
  const searchers = isAsked ? openSearchers(threads) : undefined;
  try {
    const found = await withProgress('goodput', (tell) =>
      goodputOfAll(unitTrace, splits, deployment, slo, {
        ...{ searchers, threads },
        onDone: (done, total) => tell(done, total, 'deployments'),
      }),
    );
    const best = bestOf(found);
    if (!searchers) return { found, best, sensitivity: null };
    const sensitivity = await withProgress('goodput', (tell) =>
      goodputSensitivity(unitTrace, { ...deployment, counts: best.counts }, slo, {
        searchers,
        onDone: (done, total) => tell(done, total, 'SLOs'),
      }),
    );
    return { found, best, sensitivity };
  } finally {
    await searchers?.close();
  }
}

/** As many instances as `DEFAULT_GPUS` hold, and at least one. */
function defaultInstances({ tensorParallel = 1 }: LatencyProfile): number {
  return Math.max(1, Math.floor(DEFAULT_GPUS / tensorParallel));
}

/** Requests at unit rate, drawn from a trace. */
async function workload(file: string, flags: GoodputFlags): Promise<Trace> {
  const arrivals = oneOf('--arrivals', ['mix', 'poisson'], flags.arrivals);
  const count = wholeNumber('--requests', flags.requests, 1, 5_000_000);
  const random = seededRandom(wholeNumber('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER), 'goodput');
  const { trace } = await readTraceInput(file, flags);
  if (requestCount(trace) === failedCount(trace)) throw new InputError(`${file}: has no served requests to draw from`);
  const mix = mixOf(trace);
  return sampleTrace(arrivals === 'poisson' ? { ...mix, gapShape: 1 } : mix, 1, count, random);
}

function asJson({ counts, goodput, low, high, goodputPerGpu, runSeconds }: Goodput): object {
  return { ...counts, goodput, low, high: high === Infinity ? null : high, goodputPerGpu, runSeconds };
}

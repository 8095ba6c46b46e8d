import { InputError } from '../src/base/index.js';
import {
  checkMeasured,
  DEFAULT_SCHEDULER,
  fitToRequests,
  measuredCase,
  requestErrors,
  type MeasuredDocument,
  type RequestErrors,
} from '../src/serving/index.js';
import { readJson } from '../src/cli/input-file.js';
import { formatNumber, formatTable, print } from '../src/cli/output.js';
import { compareRuns, type RunDifference } from '../test/helpers/simdistserve/compare.js';
import { runOwnPolicies, type OwnRun } from '../test/helpers/simdistserve/own-policies.js';
import { readWorkload, runName, type ReferenceFile } from '../test/helpers/simdistserve/reference-file.js';

/*
 * npm run reference -- FILE.json [--json]
 *
 * Replays every run of a file of reference results: simdistserve's runs by its own rules (with the product's policies beside them), or
 * requests measured on real vLLM servers, fitted on the even ones and compared on the odd ones.
 */

function main(args: readonly string[]): void {
  const file = args.find((arg) => !arg.startsWith('-'));
  if (file === undefined) throw new InputError('usage: npm run reference -- FILE.json [--json]');
  const value = readJson(file);
  const isJson = args.includes('--json');
  const has = (field: string): boolean => typeof (value as Record<string, unknown> | null)?.[field] === 'object';
  if (has('cases')) reportMeasured(file, checkMeasured(value, file), isJson);
  else if (has('latency_model') && has('workloads') && has('results')) reportRuns(file, value as ReferenceFile, isJson);
  else throw new InputError(`${file}: has neither "cases" nor "latency_model", "workloads" and "results"`);
}

function reportRuns(file: string, reference: ReferenceFile, isJson: boolean): void {
  const differences = compareRuns(file, reference);
  const largest = (of: (difference: RunDifference) => number): number => Math.max(...differences.map(of));
  const cpuSeconds = differences.reduce((sum, difference) => sum + difference.cpuSeconds, 0);
  const statedCpuSeconds = reference.results.reduce((sum, { cpu_sim_s: seconds }) => sum + seconds, 0);
  const workloads = new Map(
    Object.entries(reference.workloads).map(([name, { file: csv }]) => [name, readWorkload(file, csv)]),
  );
  const own = reference.results.map((run) => runOwnPolicies(reference, workloads.get(run.workload)!, run));
  const summary = {
    runs: differences.length,
    maxRequestsOff: largest(({ requestsOff }) => requestsOff),
    maxRelativeP90: largest(({ relativeP90 }) => relativeP90),
    cpuSeconds,
    maxIterationsOff: largest(({ iterationsOff }) => iterationsOff),
    maxPerRequestMs: largest(({ perRequestMs }) => perRequestMs ?? 0),
    perRequestRuns: differences.filter(({ perRequestMs }) => perRequestMs !== null).length,
    statedCpuSeconds,
    cpuRatio: statedCpuSeconds / cpuSeconds,
  };
  if (isJson) {
    const ownPolicies = own.map(({ run, attainment, attainmentUnbound }) => ({
      run: runName(run),
      reference: run.attainment_joint,
      own: attainment,
      ownWithUnboundMemory: attainmentUnbound,
    }));
    print(JSON.stringify({ ...summary, ownPolicies }));
    return;
  }
  print(`${summary.runs} runs by simdistserve's rules`);
  print(`  requests off at most            ${summary.maxRequestsOff}`);
  print(`  P90 of TTFT and TPOT off by     ${summary.maxRelativeP90.toExponential(1)} at most (relative)`);
  print(`  iterations off at most          ${summary.maxIterationsOff}`);
  print(
    `  single requests off by at most  ${formatNumber(summary.maxPerRequestMs, 4)} ms (${summary.perRequestRuns} runs)`,
  );
  print(
    `  CPU ${formatNumber(cpuSeconds, 2)} s, stated ${formatNumber(statedCpuSeconds, 1)} s: ${formatNumber(summary.cpuRatio, 0)} times less`,
  );
  printOwn(own);
}

const WHY = `Why they differ: simdistserve runs a whole queue of prompts as one batch and, colocated, stops all decoding for it (TTFT short,
TPOT long); vLLM's rules decode in every step and give prompts what is left of 2,048 tokens (TPOT short, TTFT a little longer).
simdistserve's limit of 50,000 tokens bounds an iteration, and requests over it take turns; "own" takes it as KV memory: requests over
it wait or are computed again, so TPOT misses earlier. With unbound memory and no limit the batch just grows, and TPOT misses later
(decode from 95 requests on has its own coefficients there, not here). Its decode dispatch does not see running requests and
favours low indices; ours counts all that are outstanding.`;

function printOwn(own: readonly OwnRun[]): void {
  const settings = [...new Set(own.map(({ run }) => run.setting))];
  const rows = settings.map((setting) => {
    const runs = own.filter(({ run }) => run.setting === setting);
    const points = runs.map(({ run, attainment }) => 100 * (attainment - run.attainment_joint));
    const widest = runs[points.indexOf(points.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)))]!;
    return [
      setting,
      String(runs.length),
      formatNumber(points.reduce((sum, value) => sum + Math.abs(value), 0) / points.length, 1),
      formatNumber(widest.run.rate, 2),
      formatNumber(100 * widest.run.attainment_joint, 1),
      formatNumber(100 * widest.attainment, 1),
      formatNumber(100 * widest.attainmentUnbound, 1),
    ];
  });
  print("\nThe same requests under the product's own (vLLM-like) policies: SLO attainment in %");
  print(
    formatTable(
      ['setting', 'runs', 'mean |diff|', 'widest at (req/s)', 'simdistserve', 'own', 'own, unbound KV'],
      rows,
    ),
  );
  print(WHY);
}

function reportMeasured(file: string, document: MeasuredDocument, isJson: boolean): void {
  const cases = Object.keys(document.cases).map((name) => ({ name, ...scoreCase(file, document, name) }));
  if (isJson) {
    print(JSON.stringify({ cases }));
    return;
  }
  const percent = (value: number): string => formatNumber(100 * value, 2);
  print('Measured requests: step times fitted on the even ones; errors on the odd ones in %');
  print(
    formatTable(
      ['case', 'mean TTFT', 'mean TPOT', 'mean E2E', 'P90 TTFT', 'P90 TPOT', 'P90 E2E'],
      cases.map((found) => [
        found.name,
        ...[found.meanTtft, found.meanTpot, found.meanE2e, found.p90Ttft, found.p90Tpot, found.p90E2e].map(percent),
      ]),
    ),
  );
}

function scoreCase(file: string, document: MeasuredDocument, name: string): RequestErrors {
  const { log, settings } = measuredCase(document, name, file);
  const kvBlockTokens = settings.kvBlockTokens ?? 16;
  const maxSeqs = settings.maxSeqs ?? DEFAULT_SCHEDULER.maxSeqs;
  const scheduler = { maxSeqs, tokenBudget: settings.tokenBudget ?? Math.max(maxSeqs, DEFAULT_SCHEDULER.tokenBudget) };
  const kvTokensCapacity = settings.kvBlocks === undefined ? 1e9 : settings.kvBlocks * kvBlockTokens;
  const profile = fitToRequests(log, { name, kvBytesPerToken: 1, kvTokensCapacity, kvBlockTokens }, scheduler, 'even');
  return requestErrors(log, profile, scheduler, 'odd');
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 2;
}

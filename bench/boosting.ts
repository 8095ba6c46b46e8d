import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { packageFile, quantileOfSorted } from '../src/base/index.js';
import {
  openTrainers,
  predict,
  predictAt,
  trainHistogram,
  type BoostedModel,
  type FeatureTable,
  type HistogramParameters,
} from '../src/boosting/index.js';
import { friedman, rmse } from '../test/helpers/boosting.js';
import type { BenchResult } from './run.js';

const ROWS = 50_000;
const COLUMNS = 40;
const RUNS = 5;
const PARAMETERS = { trees: 200, maxDepth: 6, learningRate: 0.1 };

interface Rows {
  readonly table: FeatureTable;
  readonly targets: Float32Array;
}

interface Timed<T> {
  readonly seconds: number;
  readonly result: T;
}

/** CPU seconds of all threads of this process. */
function timed<T>(work: () => T): Timed<T> {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, result };
}

function median(values: readonly number[]): number {
  return quantileOfSorted(Float64Array.from(values).sort(), 0.5);
}

/**
 * Histogram boosting against Debian's XGBoost 1.7.4 (`hist`, one thread) on Friedman's function: 50,000 rows of 40 features, 200 trees of
 * depth 6. Five rounds; in each, XGBoost and ours run one after the other, so that a noisy machine hits both; medians of ratios of CPU time.
 */
export default async function bench(): Promise<BenchResult> {
  const train = friedman(ROWS, COLUMNS, 1);
  const test = friedman(ROWS, COLUMNS, 2);
  const counts = train.targets.map((target) => Math.max(0, Math.round(target)));
  const ours = (given: Partial<HistogramParameters>, targets = train.targets): Timed<BoostedModel> =>
    timed(() => trainHistogram(train.table, targets, { ...PARAMETERS, ...given }));
  const peer = openPeer(train, test);
  const rounds = [];
  for (let round = 0; round < RUNS; round++) {
    const xgboost = await peer.train({ max_depth: PARAMETERS.maxDepth, eta: PARAMETERS.learningRate, max_bin: 256 });
    const bins256 = ours({ maxBins: 256 });
    const bins64 = ours({ maxBins: 64 });
    const poisson = ours({ objective: 'poisson' }, counts);
    const quantile = ours({ objective: 'quantile', quantileLevel: 0.9 });
    rounds.push({ xgboost, bins256, bins64, poisson, quantile });
    console.log(
      `round ${round + 1}: XGBoost ${xgboost.seconds.toFixed(2)} s, 256 bins ${bins256.seconds.toFixed(2)}, ` +
        `64 bins ${bins64.seconds.toFixed(2)}, poisson ${poisson.seconds.toFixed(2)}, quantile ${quantile.seconds.toFixed(2)}`,
    );
  }
  peer.close();
  const [{ xgboost, bins256, bins64 }] = rounds as [(typeof rounds)[0]];
  const errorOf = (model: BoostedModel): number => rmse(predict(model, test.table), test.targets);
  const figures = {
    xgboostVersion: xgboost.version,
    xgboostSeconds: median(rounds.map((round) => round.xgboost.seconds)),
    seconds: median(rounds.map((round) => round.bins256.seconds)),
    ratio256: median(rounds.map((round) => round.bins256.seconds / round.xgboost.seconds)),
    ratio64: median(rounds.map((round) => round.bins64.seconds / round.xgboost.seconds)),
    ratioPoisson: median(rounds.map((round) => round.poisson.seconds / round.bins256.seconds)),
    ratioQuantile: median(rounds.map((round) => round.quantile.seconds / round.bins256.seconds)),
    rmseRatio256: errorOf(bins256.result) / xgboost.rmse,
    rmseRatio64: errorOf(bins64.result) / xgboost.rmse,
    ...predictionTimes(bins256.result, test.table),
    sameForAnyWorkers: await isSameForAnyWorkers(train),
  };
  const ok =
    figures.ratio256 <= 1 &&
    figures.ratio64 <= 0.55 &&
    figures.ratioPoisson <= 1.15 &&
    figures.ratioQuantile <= 1.15 &&
    figures.rmseRatio256 <= 1.01 &&
    figures.rmseRatio64 <= 1.005 &&
    figures.predictSeconds <= 0.15 &&
    figures.predictOneMicroseconds <= 20 &&
    figures.sameForAnyWorkers;
  return { bench: 'boosting', figures, ratio: figures.ratio256, goal: 1, ok };
}

/** Medians of CPU time: all rows of a table at once, and one row after the other. */
function predictionTimes(
  model: BoostedModel,
  table: FeatureTable,
): { predictSeconds: number; predictOneMicroseconds: number } {
  const runs = Array.from({ length: RUNS }, () => {
    const all = timed(() => predict(model, table)).seconds;
    const rows = 5000;
    const single = timed(() => {
      for (let row = 0; row < rows; row++) predictAt(model, table.values, row * table.columns);
    }).seconds;
    return { all, one: (single / rows) * 1e6 };
  });
  return {
    predictSeconds: median(runs.map(({ all }) => all)),
    predictOneMicroseconds: median(runs.map(({ one }) => one)),
  };
}

/** Whether forests trained on 1, 2 and 3 worker threads equal those trained here. */
async function isSameForAnyWorkers({ table, targets }: Rows): Promise<boolean> {
  const tasks = [1, 2, 3].map((seed) => ({ table, targets, parameters: { trees: 5, rowSample: 0.8, seed } }));
  const here = tasks.map((task) => trainHistogram(table, targets, task.parameters));
  for (const threads of [1, 2, 3]) {
    const trainers = openTrainers(threads);
    const there = await Promise.all(tasks.map((task) => trainers.train(task)));
    await trainers.close();
    if (!isDeepStrictEqual(there, here)) return false;
  }
  return true;
}

interface PeerAnswer {
  readonly version: string;
  readonly seconds: number;
  readonly rmse: number;
}

/** XGBoost in a Python process of its own, which keeps the data between runs. */
function openPeer(train: Rows, test: Rows): { train(parameters: object): Promise<PeerAnswer>; close(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-bench-'));
  const write = (name: string, values: Float32Array): string => {
    writeFileSync(path.join(folder, name), Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    return path.join(folder, name);
  };
  const job = {
    columns: COLUMNS,
    trees: PARAMETERS.trees,
    rows: write('rows', train.table.values),
    targets: write('targets', train.targets),
    testRows: write('test-rows', test.table.values),
    testTargets: write('test-targets', test.targets),
  };
  writeFileSync(path.join(folder, 'job.json'), JSON.stringify(job));
  const python = process.env.FORESAIL_XGBOOST_OLD ?? '/usr/bin/python3';
  const child = spawn(python, [packageFile('bench/boosting-peer.py'), path.join(folder, 'job.json')], {
    env: { ...process.env, OMP_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async train(parameters) {
      child.stdin.write(`${JSON.stringify(parameters)}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error(`${python} with XGBoost is not there: run .ci/xgboost.sh`);
      return JSON.parse(line.value) as PeerAnswer;
    },
    close() {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}

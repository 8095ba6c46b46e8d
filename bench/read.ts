import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  BURSTGPT_MODEL,
  generateWindows,
  generatedNames,
  readTrace,
  traceStatistics,
  writeRows,
} from '../src/trace/index.js';
import type { WrittenRow } from '../src/trace/index.js';
import type { BenchResult } from './run.js';

const GOAL_MICROSECONDS = 0.5;
const STATISTICS_ROWS = 1_400_000;
const STATISTICS_GOAL_SECONDS = 6;
const LARGE_ROWS = 5_000_000;
const BYTES_PER_REQUEST = 40;
const BYTES_BESIDE = 200e6;

/**
 * CPU to read a CSV trace, a row, beside DuckDB's where it is installed; CPU of `trace stats` on 1.4 million rows, reading and
 * describing; and the memory that reading 5 million rows takes.
 */
export default async function bench(): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-bench-'));
  try {
    const large = path.join(folder, 'large.csv');
    const small = path.join(folder, 'small.csv');
    await writeSample(small, STATISTICS_ROWS);
    await readTrace(small); // warms up
    const started = process.cpuUsage();
    const { trace } = await readTrace(small);
    const readSeconds = secondsSince(started);
    traceStatistics(trace);
    const statisticsSeconds = secondsSince(started);
    const duckDb = duckDbSeconds(small);
    await writeSample(large, LARGE_ROWS);
    const peakBytes = peakOfReading(large);
    const microsecondsPerRow = (readSeconds / trace.arrival.length) * 1e6;
    const bound = LARGE_ROWS * BYTES_PER_REQUEST + BYTES_BESIDE;
    const ok =
      microsecondsPerRow <= GOAL_MICROSECONDS && statisticsSeconds <= STATISTICS_GOAL_SECONDS && peakBytes <= bound;
    const rows = trace.arrival.length;
    const figures = {
      rows,
      microsecondsPerRow,
      statisticsSeconds,
      peakBytesOf5MillionRows: peakBytes,
      peakBound: bound,
      duckDbSeconds: duckDb,
    };
    return { bench: 'read', figures, ratio: microsecondsPerRow / GOAL_MICROSECONDS, goal: 1, ok };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeSample(file: string, rows: number): Promise<void> {
  const { modelNames, serviceNames } = generatedNames(BURSTGPT_MODEL);
  function* written(): Generator<WrittenRow> {
    let left = rows;
    for (const requests of generateWindows(BURSTGPT_MODEL, { days: 400, seed: 1, meanRate: 1 }))
      for (const request of requests) {
        if (left-- === 0) return;
        const names = { model: modelNames[request.model]!, service: serviceNames[request.service]! };
        yield { ...request, ...names, elapsed: NaN };
      }
  }
  await writeRows(
    file,
    { rows: written(), startEpochSeconds: null, hasSessions: false },
    { layout: 'burstgpt', decimals: 0 },
  );
}

function secondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

/** Peak resident bytes of a process that does nothing but read. */
function peakOfReading(file: string): number {
  const script = `const { readTrace } = await import(${JSON.stringify(new URL('../src/trace/index.js', import.meta.url).href)});
    await readTrace(${JSON.stringify(file)}); console.log(process.resourceUsage().maxRSS * 1024);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return Number(stdout);
}

/** CPU seconds of DuckDB's command line for the same file on one thread, with the time of all rows summed; null where it is not installed. */
function duckDbSeconds(file: string): number | null {
  const query = `SET threads TO 1; SELECT count(*), sum("Timestamp"), sum("Request tokens"), sum("Response tokens") FROM read_csv('${file}');`;
  const script = 'duckdb -c "$1" > /dev/null 2>&1 && times';
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', query], { encoding: 'utf8' });
  if (status !== 0) return null;
  const times = [...(stdout.trim().split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce((sum, match) => sum + Number(match[1]) * 60 + Number(match[2]), 0);
}

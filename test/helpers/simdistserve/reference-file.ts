import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../../../src/base/index.js';

/** Coefficients of simdistserve's latency model, as the reference file has them (milliseconds). */
export interface Coefficients {
  readonly prefill: readonly [number, number, number];
  readonly decode_batch_below_95: readonly [number, number, number];
  readonly decode_batch_from_95: readonly [number, number, number];
}

/** One run of the reference simulator. */
export interface ReferenceRun {
  readonly workload: string;
  readonly setting: string;
  readonly rate: number;
  readonly attainment_joint: number;
  readonly ttft_ms: { readonly p90: number };
  readonly tpot_ms: { readonly p90: number };
  readonly iterations_per_worker: readonly number[];
  readonly cpu_sim_s: number;
}

/** What a reference file holds that a replay needs. */
export interface ReferenceFile {
  readonly workloads: Record<string, { readonly file: string; readonly slo: { ttft_ms: number; tpot_ms: number } }>;
  readonly latency_model: { readonly coefficients: { readonly distserve: Coefficients; readonly vllm: Coefficients } };
  readonly per_request_file?: { readonly file: string };
  readonly results: readonly ReferenceRun[];
}

/** Requests of a workload: arrivals at unit rate. */
export interface Workload {
  readonly arrivalUnit: Float64Array;
  readonly promptTokens: Uint32Array;
  readonly outputTokens: Uint32Array;
}

/** TTFT and TPOT of one request of one run, in milliseconds. */
export interface PerRequestRow {
  readonly run: string;
  readonly request: number;
  readonly ttft: number;
  readonly tpot: number;
}

/** `chat-poisson pd-1P1D at 8/s`: names a run within its file. */
export function runName(run: Pick<ReferenceRun, 'workload' | 'setting' | 'rate'>): string {
  return `${run.workload} ${run.setting} at ${run.rate}/s`;
}

/** Reads a workload that stands beside a reference file. */
export function readWorkload(reference: string, file: string): Workload {
  const rows = readRows(reference, file).map((row) => row.split(',').map(Number));
  const column = (place: number): number[] => rows.map((row) => row[place]!);
  return {
    arrivalUnit: Float64Array.from(column(0)),
    promptTokens: Uint32Array.from(column(1)),
    outputTokens: Uint32Array.from(column(2)),
  };
}

/** Reads the per-request latencies that stand beside a reference file. */
export function readPerRequest(reference: string, file: string): PerRequestRow[] {
  return readRows(reference, file).map((line) => {
    const [workload, setting, rate, request, ttft, tpot] = line.split(',');
    const run = runName({ workload: workload!, setting: setting!, rate: Number(rate) });
    return { run, request: Number(request), ttft: Number(ttft), tpot: Number(tpot) };
  });
}

function readRows(reference: string, file: string): string[] {
  const place = path.join(path.dirname(reference), file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(place);
  } catch (cause) {
    throw new InputError(`${reference}: names ${file}, which is not beside it`, { cause });
  }
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.trim().split(/\r?\n/).slice(1);
}

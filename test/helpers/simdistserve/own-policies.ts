import { simulate, type LatencyProfile, type SimulationResults } from '../../../src/serving/index.js';
import type { InstanceCounts } from '../../../src/spec/index.js';
import { PLAIN_PROFILE, traceOf } from '../serving.js';
import { MOST_DECODE_TOKENS } from './rules.js';
import type { Coefficients, ReferenceFile, ReferenceRun, Workload } from './reference-file.js';

/** SLO attainment of one run under the product's own, vLLM-like policies. */
export interface OwnRun {
  readonly run: ReferenceRun;
  /** With a KV cache of 50,000 tokens: the reference's limit on an iteration taken as memory. */
  readonly attainment: number;
  /** With a KV cache that never binds. */
  readonly attainmentUnbound: number;
}

/**
 * The reference's workload and coefficients under the product's own rules: chunked prefill beside decoding in a budget of 2,048 tokens
 * a step, KV blocks, least loaded routing. Decode has its coefficients for batches below 95 only.
 */
export function runOwnPolicies(reference: ReferenceFile, workload: Workload, run: ReferenceRun): OwnRun {
  const { coefficients } = reference.latency_model;
  const counts = countsOf(run.setting);
  const trace = traceOf(
    [...workload.arrivalUnit].map((at, row) => [
      at / run.rate,
      workload.promptTokens[row]!,
      workload.outputTokens[row]! + 1, // there the token that prefill makes is not counted
    ]),
  );
  const chosen = counts.serve === undefined ? coefficients.distserve : coefficients.vllm;
  const attainmentWith = (kvTokensCapacity: number): number => {
    const profile = { ...profileOf(chosen), kvTokensCapacity };
    return attainmentOf(
      simulate(trace, { profile, counts, firstToken: 'prefill' }),
      reference.workloads[run.workload]!.slo,
    );
  };
  return { run, attainment: attainmentWith(MOST_DECODE_TOKENS), attainmentUnbound: attainmentWith(1e9) };
}

function attainmentOf({ ttft, tpot }: SimulationResults, slo: { ttft_ms: number; tpot_ms: number }): number {
  const met = ttft.reduce(
    (sum, value, at) => sum + (value * 1000 <= slo.ttft_ms && tpot[at]! * 1000 <= slo.tpot_ms ? 1 : 0),
    0,
  );
  return met / ttft.length;
}

function countsOf(setting: string): InstanceCounts {
  const [, prefill, decode] = /^pd-(\d+)P(\d+)D$/.exec(setting) ?? [];
  if (prefill && decode) return { prefill: Number(prefill), decode: Number(decode) };
  return { serve: Number(setting.replace('colocated-x', '')) };
}

function profileOf({ prefill: [a, b, c], decode_batch_below_95: [d, e, f] }: Coefficients): LatencyProfile {
  const line = { base: (a + 3) / 1000, perToken: (b + 0.0001) / 1000 };
  const perContextToken = (e + 0.0001) / 1000;
  return {
    ...PLAIN_PROFILE,
    decode: { base: (d + 2) / 1000, perSequence: (e + f) / 1000, perContextToken },
    prefill: { short: line, long: line, perAttention: (2 * c) / 1000, perPriorToken: 0 },
    mixed: { base: 0, perPadToken: 0, perSequence: 0, perContextToken },
    transferLatency: 0,
    transferBytesPerSecond: 1e15,
  };
}

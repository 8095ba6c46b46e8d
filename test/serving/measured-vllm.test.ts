import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mean, quantileOfSorted } from '../../src/base/index.js';
import { simulate, type LatencyProfile } from '../../src/serving/index.js';
import { describeWithShared, sharedFile } from '../helpers/shared.js';
import { PLAIN_PROFILE, traceOf } from '../helpers/serving.js';

interface MeasuredCase {
  readonly max_num_batched_tokens: number;
  readonly max_num_seqs: number;
  /** Step time in ms: a + b * prefill tokens + c * attention + d * decodes + e * their contexts; as published with the case. */
  readonly ref_fit?: { readonly coef: readonly [number, number, number, number, number] };
  /** arrival, prompt tokens, output tokens, TTFT, E2E; times in ms. */
  readonly requests: readonly (readonly [number, number, number, number, number])[];
}

function profileOf([a, b, c, d, e]: readonly [number, number, number, number, number]): LatencyProfile {
  const line = { base: a / 1000, perToken: b / 1000 };
  return {
    ...PLAIN_PROFILE,
    decode: { base: a / 1000, perSequence: d / 1000, perContextToken: e / 1000 },
    prefill: { short: line, long: line, perAttention: c / 1000, perPriorToken: 0 },
    // A decoding sequence beside a prompt costs b here and d there: d - b is below 0 by 6 us, left at 0.
    mixed: { base: 0, perPadToken: 0, perSequence: Math.max(0, d - b) / 1000, perContextToken: e / 1000 },
  };
}

describeWithShared('the engine beside a real vLLM server', () => {
  const { cases } = JSON.parse(
    readFileSync(sharedFile('data/reference-simulation/vllm-measured-requests.json'), 'utf8'),
  ) as {
    cases: Record<string, MeasuredCase>;
  };
  for (const [name, { requests, ref_fit: fit, ...limits }] of Object.entries(cases)) {
    if (!fit) continue;
    it(`gives the measured mean and P90 of TTFT, TPOT and E2E of ${name} within 1 %`, () => {
      const { ttft, tpot, e2e } = simulate(
        traceOf(requests.map(([at, prompt, output]) => [at / 1000, prompt, output])),
        {
          profile: profileOf(fit.coef),
          counts: { serve: 1 },
          maxSeqs: limits.max_num_seqs,
          tokenBudget: limits.max_num_batched_tokens,
        },
      );
      const p90 = (values: ArrayLike<number>): number => quantileOfSorted(Float64Array.from(values).sort(), 0.9);
      const measured = {
        ttft: requests.map((row) => row[3] / 1000),
        tpot: requests.map((row) => (row[4] - row[3]) / 1000 / (row[2] - 1)),
        e2e: requests.map((row) => row[4] / 1000),
      };
      for (const [what, simulated] of Object.entries({ ttft, tpot, e2e })) {
        const truth = measured[what as keyof typeof measured];
        assert.ok(Math.abs(mean(simulated) / mean(truth) - 1) < 0.01, `mean ${what}`);
        assert.ok(Math.abs(p90(simulated) / p90(truth) - 1) < 0.01, `P90 ${what}`);
      }
    });
  }
});

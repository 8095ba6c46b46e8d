import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { InputError, packageFile } from '../../src/base/index.js';
import {
  beyondRange,
  checkTensorParallel,
  errorsByPhase,
  fitToRequests,
  isOutsideRange,
  leaveOutErrors,
  loadProfile,
  measuredCase,
  parseProfilePoints,
  parseRequestLog,
  profileNames,
  requestErrors,
  simulate,
  withKvDtype,
} from '../../src/serving/index.js';
import { chatTrace, PLAIN_PROFILE, traceOf } from '../helpers/serving.js';

describe('fitting a profile', () => {
  it('foretells points that it has not seen within 2, 3 and 5 %', () => {
    for (const name of profileNames()) {
      const points = parseProfilePoints(readFileSync(packageFile(`data/profiles/${name}.csv`), 'utf8'), name);
      const { decode, prefill, mixed } = leaveOutErrors(points, loadProfile(name));
      assert.ok(decode! <= 0.02 && prefill! <= 0.03 && mixed! <= 0.05, `${name}: ${decode} ${prefill} ${mixed}`);
      const onPoints = errorsByPhase(loadProfile(name), points);
      assert.ok(onPoints.decode! < decode! && onPoints.prefill! < prefill!);
      assert.equal(errorsByPhase(loadProfile(name), []).mixed, null);
    }
  });

  it('knows which points lie outside what it was fitted on, and nothing of what it was', () => {
    const profile = loadProfile('h100-llama-3.1-8b-bf16');
    const point = {
      phase: 'decode',
      batch: 1,
      newTokens: 1,
      contextTokens: 512,
      chunkContextTokens: 0,
      seconds: 1,
    } as const;
    assert.equal(isOutsideRange(profile, point), false);
    assert.equal(isOutsideRange(profile, { ...point, batch: 5000 }), true);
  });

  it('says where simulated steps left what was measured, at either end, one line for each kind of step', () => {
    const name = 'h100-llama-3.1-8b-bf16';
    const profile = loadProfile(name);
    const none = {
      ...{ decodeSequences: null, decodeContext: null, prefillTokens: null, priorTokens: null },
      ...{ mixedTokens: null, mixedSequences: null, mixedContext: null },
    };
    assert.deepEqual(beyondRange(profile, [none, { ...none, decodeSequences: [1, 256] }]), []);
    assert.deepEqual(
      beyondRange(profile, [
        { ...none, decodeSequences: [2, 5000], prefillTokens: [5, 100], mixedTokens: [64, 2048] },
        { ...none, decodeContext: [100, 2000], priorTokens: [0, 20_000], mixedContext: [100, 5000] },
      ]),
      [
        `${name}: decode steps were measured at 1 to 256 requests and 128 to 393,216 tokens of context; here they had 2 to 5,000 and 100 to 2,000, extrapolated`,
        `${name}: prefill steps were measured at 16 to 16,384 prompt tokens and 0 to 12,288 tokens before their chunks; here they had 5 to 100 and 0 to 20,000, extrapolated`,
        `${name}: mixed steps were measured at 4,096 to 131,072 tokens of context; here they had 100 to 5,000, extrapolated`,
      ],
    );
    const unmixed = { ...profile, range: { ...profile.range!, mixed: null } };
    assert.match(beyondRange(unmixed, [{ ...none, mixedTokens: [1, 2] }]).join(), /mixed steps were not measured/);
  });

  it('knows what the steps of a simulation spanned', () => {
    // A prompt of 100 tokens alone, then 11 decode steps; the second prompt in chunks of 64 (63 beside the first request's decoding).
    const trace = traceOf([
      [0, 100, 12],
      [0.145, 100, 2],
    ]);
    const deployment = { profile: PLAIN_PROFILE, counts: { serve: 1 }, maxSeqs: 8, tokenBudget: 64 };
    assert.deepEqual(simulate(trace, deployment).instances[0]!.steps, {
      decodeSequences: [1, 2],
      decodeContext: [100, 207],
      prefillTokens: [36, 64],
      priorTokens: [0, 64],
      mixedTokens: [37, 63],
      mixedSequences: [1, 1],
      mixedContext: [105, 106],
    });
  });

  it('gives back the step times behind a log of requests, whoever served them', () => {
    const truth = { ...loadProfile('h100-llama-3.1-8b-bf16'), stepOverhead: 0 };
    const trace = chatTrace(300, 40);
    const scheduler = { maxSeqs: 64, tokenBudget: 2048 };
    const { ttft, e2e } = simulate(trace, { profile: truth, counts: { serve: 1 }, ...scheduler });
    const fitted = fitToRequests({ ...trace, ttft, e2e }, truth, scheduler, 'even');
    const errors = requestErrors({ ...trace, ttft, e2e }, fitted, scheduler, 'odd');
    for (const [name, error] of Object.entries(errors)) assert.ok(Math.abs(error as number) < 0.03, `${name} ${error}`);
  });

  it('halves the bytes of a token in fp8, and doubles the tokens that fit', () => {
    const profile = loadProfile('h100-llama-3.1-8b-bf16');
    const fp8 = withKvDtype(profile, 'fp8');
    assert.equal(fp8.kvBytesPerToken * 2, profile.kvBytesPerToken);
    assert.equal(fp8.kvTokensCapacity, 2 * profile.kvTokensCapacity);
    assert.deepEqual(withKvDtype(fp8, 'bf16'), { ...profile, kvDtype: 'bf16' });
  });

  it('refuses a tensor-parallel degree without points', () => {
    const profile = loadProfile('h100-llama-3.1-8b-bf16');
    checkTensorParallel(profile, 1);
    assert.throws(() => checkTensorParallel(profile, 2), InputError);
  });

  for (const [what, text, says] of [
    ['no column', 'arrival_ms,prompt_tokens\n0,1', /output_tokens/],
    ['no number', 'arrival_ms,prompt_tokens,output_tokens,ttft_ms,e2e_ms\n0,x,1,1,1', /log.csv:2: prompt_tokens/],
    [
      'an end before the first token',
      `arrival_ms,prompt_tokens,output_tokens,ttft_ms,e2e_ms${'\n0,1,1,5,1'.repeat(20)}`,
      /e2e_ms is below/,
    ],
    ['too few requests', 'arrival_ms,prompt_tokens,output_tokens,ttft_ms,e2e_ms\n0,1,1,1,1', /at least 20/],
  ] as const)
    it(`refuses a log with ${what}`, () => {
      assert.throws(
        () => parseRequestLog(text, 'log.csv'),
        (error: Error) => error instanceof InputError && says.test(error.message),
      );
    });

  it('names the cases that there are', () => {
    const document = { cases: { a: { requests: [] }, b: { requests: [] } } };
    assert.throws(() => measuredCase(document, undefined, 'm.json'), /a, b/);
  });
});

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
import { chatTrace } from '../helpers/serving.js';

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

  it('knows which points lie outside what it was fitted on, and says how far a simulation went', () => {
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
    const peaks = { peakSequences: 5000, peakContext: 1, peakTokens: 1 };
    assert.match(beyondRange(profile, [peaks]).join(), /reached 5000/);
    assert.deepEqual(beyondRange(profile, [{ ...peaks, peakSequences: 2 }]), []);
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

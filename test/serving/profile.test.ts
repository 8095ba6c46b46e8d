import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { InputError, mean, packageFile, quantileOfSorted, seededRandom } from '../../src/base/index.js';
import {
  checkProfile,
  decodeSeconds,
  fitProfile,
  loadProfile,
  mixedSeconds,
  parseProfilePoints,
  prefillSeconds,
  profileErrors,
  profileNames,
  sampleLaunchSeconds,
  transferSeconds,
  type ProfilePoint,
} from '../../src/serving/index.js';
import { PLAIN_PROFILE } from '../helpers/serving.js';

const pointsOf = (name: string): ProfilePoint[] =>
  parseProfilePoints(readFileSync(packageFile(`data/profiles/${name}.csv`), 'utf8'), name);

describe('latency profiles', () => {
  it('ships the three H100 shapes', () => {
    assert.deepEqual(profileNames(), ['h100-llama-2-13b-bf16', 'h100-llama-3.1-8b-bf16', 'h100-qwen2.5-32b-bf16']);
  });

  for (const name of profileNames())
    for (const [phase, bar] of [
      ['decode', 0.02],
      ['prefill', 0.03],
      ['mixed', 0.05],
    ] as const)
      it(`foretells ${phase} points of ${name} that it was not fitted on within ${bar * 100} %`, () => {
        const points = pointsOf(name);
        const errors = [0, 1, 2, 3, 4].flatMap((fold) => {
          const fitted = fitProfile(
            points.filter((_, row) => row % 5 !== fold),
            { ...loadProfile(name) },
          );
          return [
            ...profileErrors(
              fitted,
              points.filter((point, row) => row % 5 === fold && point.phase === phase),
            ),
          ];
        });
        assert.ok(mean(errors.map(Math.abs)) <= bar, `${mean(errors.map(Math.abs))}`);
      });

  it('gives back a planted profile', () => {
    const planted = loadProfile('h100-llama-3.1-8b-bf16');
    const points = pointsOf('h100-llama-3.1-8b-bf16');
    const errors = profileErrors(planted, points);
    const exact = points.map((point, row) => ({ ...point, seconds: point.seconds * (1 + errors[row]!) }));
    const refitted = fitProfile(exact, planted);
    assert.ok(Math.max(...profileErrors(refitted, exact).map(Math.abs)) < 1e-6);
  });

  it('never gets faster when work is added', () => {
    const profiles = profileNames().map(loadProfile);
    const amount = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(fc.constantFrom(...profiles), amount, amount, amount, (profile, tokens, sequences, more) => {
        const context = sequences * 500;
        assert.ok(decodeSeconds(profile, sequences + 1, context + more) >= decodeSeconds(profile, sequences, context));
        assert.ok(prefillSeconds(profile, tokens + 1, more, 0) >= prefillSeconds(profile, tokens, more, 0));
        const mixed = (extra: number): number => mixedSeconds(profile, tokens + 1 + extra, 0, 0, sequences, context);
        assert.ok(mixed(more) >= mixed(0) - 1e-12);
        assert.ok(mixed(0) >= decodeSeconds(profile, sequences, context), 'a chunk beside a batch');
        assert.ok(mixed(0) >= prefillSeconds(profile, tokens + 1, 0, 0), 'a batch beside a chunk');
      }),
    );
  });

  it('fits without mixed points, and refuses too few', () => {
    const points = pointsOf('h100-llama-2-13b-bf16').filter(({ phase }) => phase !== 'mixed');
    const profile = fitProfile(points, { name: 'x', kvBytesPerToken: 1, kvTokensCapacity: 1000 });
    assert.equal(profile.mixed.perSequence, profile.decode.perSequence);
    assert.throws(() => fitProfile(points.slice(0, 5), profile), InputError);
  });

  it('names the profiles there are when asked for another', () => {
    assert.throws(
      () => loadProfile('h100-gpt-5'),
      (error: Error) => error instanceof InputError && /llama-2-13b.*qwen/.test(error.message),
    );
  });

  it('reads a profile from JSON, and names the field that is wrong', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'profile-'));
    const file = path.join(folder, 'mine.json');
    try {
      writeFileSync(file, JSON.stringify(PLAIN_PROFILE));
      assert.deepEqual(loadProfile(file), PLAIN_PROFILE);
      writeFileSync(file, JSON.stringify({ ...PLAIN_PROFILE, decode: { base: -1 } }));
      assert.throws(() => loadProfile(file), /mine.json: decode.base/);
      writeFileSync(file, '{"name":');
      assert.throws(() => loadProfile(file), InputError);
      assert.throws(() => loadProfile(path.join(folder, 'none.json')), InputError);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const range = {
    decode: { sequences: [1, 8], context: [1, 9] },
    prefill: { tokens: [1, 9], prior: [0, 9] },
    mixed: null,
  };

  it('takes a profile with all that may be left out', () => {
    const whole = { ...PLAIN_PROFILE, kvDtype: 'fp8', tensorParallel: 2, range };
    assert.equal(checkProfile(whole, 'here'), whole);
  });

  for (const [field, change] of [
    ['name', { name: 3 }],
    ['tensorParallel', { tensorParallel: -3 }],
    ['tensorParallel', { tensorParallel: 1.5 }],
    ['kvDtype', { kvDtype: 'int4' }],
    ['kvBlockTokens', { kvBlockTokens: 16.5 }],
    ['tileTokens', { tileTokens: 0.5 }],
    ['launchTime.p90', { launchTime: { median: 60, p90: 30 } }],
    ['range.decode.sequences', { range: { decode: {} } }],
    ['range.prefill.tokens', { range: { ...range, prefill: { tokens: [9, 1], prior: [0, 9] } } }],
    ['range.mixed.tokens', { range: { ...range, mixed: 'none' } }],
    ['decode.base', { decode: null }],
  ] as const)
    it(`refuses a profile with ${JSON.stringify(change)}, naming the field`, () => {
      assert.throws(
        () => checkProfile({ ...PLAIN_PROFILE, ...change }, 'here'),
        (error: Error) => error instanceof InputError && error.message.startsWith(`here: ${field} must be`),
      );
    });

  for (const [what, text, says] of [
    ['a missing column', 'phase,batch\ndecode,1', /new_tokens_per_seq/],
    ['no rows', 'phase,batch,new_tokens_per_seq,context_tokens_per_seq,median_ms', /no points/],
    [
      'an unknown phase',
      'phase,batch,new_tokens_per_seq,context_tokens_per_seq,median_ms\nfoo,1,1,1,1',
      /p.csv:2: phase/,
    ],
    [
      'no number',
      'phase,batch,new_tokens_per_seq,context_tokens_per_seq,median_ms\ndecode,1,1,x,1',
      /p.csv:2: context/,
    ],
    ['a time of 0', 'phase,batch,new_tokens_per_seq,context_tokens_per_seq,median_ms\ndecode,1,1,1,0', /median_ms/],
  ] as const)
    it(`refuses points with ${what}`, () => {
      assert.throws(
        () => parseProfilePoints(text, 'p.csv'),
        (error: Error) => error instanceof InputError && says.test(error.message),
      );
    });

  it('draws launch times with the stated median and P90', () => {
    const random = seededRandom(1, 'launch');
    const drawn = Float64Array.from({ length: 20_000 }, () => sampleLaunchSeconds(PLAIN_PROFILE, random)).sort();
    assert.ok(Math.abs(quantileOfSorted(drawn, 0.5) / 60 - 1) < 0.02);
    assert.ok(Math.abs(quantileOfSorted(drawn, 0.9) / 120 - 1) < 0.03);
  });

  it('transfers KV at the stated bandwidth', () => {
    assert.equal(transferSeconds(PLAIN_PROFILE, 2000), 0.5 + 2);
  });
});

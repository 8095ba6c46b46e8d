import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { decodeSeconds, prefillSeconds } from '../../src/serving/index.js';
import { slowProfile } from '../../src/vllm/emulator/faults.js';
import { lengthBuckets, NO_FAULTS, parseFaults } from '../../src/vllm/index.js';
import { PLAIN_PROFILE } from '../helpers/serving.js';

describe('faults', () => {
  it('are read as the command line has them', () => {
    assert.deepEqual(parseFaults('slow=2,error=0.01,hang=0.001,crash-after=300s'), {
      slow: 2,
      error: 0.01,
      hang: 0.001,
      crashAfter: 300,
    });
    assert.deepEqual(parseFaults('error=1'), { ...NO_FAULTS, error: 1 });
  });

  for (const text of ['', 'slow', 'slow=0.5', 'error=2', 'hang=x', 'crash-after=0s', 'boom=1', 'error=0.6,hang=0.6'])
    it(`"${text}" is refused`, () => assert.throws(() => parseFaults(text), InputError));

  it('slow every kind of step, and nothing else', () => {
    const slow = slowProfile(PLAIN_PROFILE, 3);
    assert.ok(Math.abs(decodeSeconds(slow, 5, 100) - 3 * decodeSeconds(PLAIN_PROFILE, 5, 100)) < 1e-12);
    assert.ok(Math.abs(prefillSeconds(slow, 500, 1, 1) - 3 * prefillSeconds(PLAIN_PROFILE, 500, 1, 1)) < 1e-12);
    assert.equal(slow.kvTokensCapacity, PLAIN_PROFILE.kvTokensCapacity);
  });
});

describe('buckets of lengths', () => {
  for (const [most, bounds] of [
    [100, [1, 2, 5, 10, 20, 50, 100]],
    [4096, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]],
  ] as const)
    it(`end at a model length of ${most}`, () => assert.deepEqual(lengthBuckets(most), bounds));
});

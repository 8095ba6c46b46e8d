import assert from 'node:assert/strict';
import { modelledA6000 } from '../../src/paper/paper-gpu.js';
import { decodeSeconds, loadProfile, mixedSeconds, prefillSeconds } from '../../src/serving/index.js';

describe("the paper's A6000, modelled from the H100", () => {
  const [measured, modelled] = [loadProfile('h100-llama-2-13b-bf16'), modelledA6000()];

  it('decodes slower by the ratio of memory bandwidth, and computes slower by the ratio of arithmetic', () => {
    for (const sequences of [1, 16, 64]) {
      const ratio =
        decodeSeconds(modelled, sequences, 500 * sequences) / decodeSeconds(measured, sequences, 500 * sequences);
      assert.ok(Math.abs(ratio - 3350 / 768) < 1e-9, String(ratio));
    }
    const prefill =
      prefillSeconds(modelled, 512, (512 * 512) / 2, 0) / prefillSeconds(measured, 512, (512 * 512) / 2, 0);
    assert.ok(Math.abs(prefill - 989 / 154.8) < 1e-9, String(prefill));
    const mixed = (profile: typeof measured): number => mixedSeconds(profile, 512, (512 * 512) / 2, 0, 8, 4000);
    assert.ok(mixed(modelled) > 4 * mixed(measured));
  });

  it('holds the KV cache that 48 GB leave beside the weights: less than half of what the H100 holds', () => {
    const bytes = modelled.kvTokensCapacity * modelled.kvBytesPerToken;
    assert.ok(bytes + 26.03e9 + 2e9 <= 0.9 * 48 * 2 ** 30);
    assert.ok(modelled.kvTokensCapacity > 20_000 && modelled.kvTokensCapacity < measured.kvTokensCapacity / 2);
  });

  it('says in its name that it was not measured, and leaves the measured profile as it is', () => {
    assert.match(modelled.name, /modelled/);
    assert.deepEqual(measured, loadProfile('h100-llama-2-13b-bf16'));
  });
});

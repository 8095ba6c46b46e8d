import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError, mean } from '../../src/base/index.js';
import {
  decodeSeconds,
  fitProfile,
  loadProfile,
  mixedSeconds,
  prefillSeconds,
  type LatencyProfile,
  type ProfilePoint,
} from '../../src/serving/index.js';
import { startEmulator, sweepEndpoint, systemClock } from '../../src/vllm/index.js';
import { emulatePrograms } from './programs.js';
import { runCli } from './run-cli.js';

/** Step times by a profile, the engine's overhead counted. */
function secondsOf(profile: LatencyProfile, { phase, batch, newTokens, contextTokens }: ProfilePoint): number {
  const context = batch * contextTokens;
  const attention = newTokens ** 2 / 2;
  const { stepOverhead } = profile;
  if (phase === 'decode') return decodeSeconds(profile, batch, context) + stepOverhead;
  if (phase === 'prefill') return prefillSeconds(profile, newTokens, attention, 0) + stepOverhead;
  return mixedSeconds(profile, newTokens, attention, 0, batch, context) + stepOverhead;
}

describe('a sweep of a running endpoint', function () {
  this.retries(2); // real time on a machine that others use too: a stall is no fault of the code

  it('gives back the profile behind it within 5 %', async () => {
    const truth = loadProfile('h100-qwen2.5-32b-bf16');
    // Half as fast as the world, so that late timers of a busy machine weigh less.
    const clock = systemClock(0.5);
    const emulator = await startEmulator({ profile: truth, clock });
    try {
      const plan = { batches: [1, 8], prompts: [64, 256, 512, 1024, 1536, 2048], repeats: 4, outputTokens: 16 };
      const { points, requests } = await sweepEndpoint(
        { url: emulator.url, model: null, now: () => clock.now() },
        plan,
      );
      const fitted = fitProfile(points, { ...truth, stepOverhead: 0 });
      for (const phase of ['decode', 'prefill', 'mixed'] as const) {
        const errors = points
          .filter((point) => point.phase === phase)
          .map((point) => Math.abs(secondsOf(fitted, point) / secondsOf(truth, point) - 1));
        assert.ok(errors.length >= 4 && mean(errors) < 0.05, `${phase}: ${mean(errors)}`);
      }
      assert.ok(requests.length > 80);
    } finally {
      emulator.close();
    }
  });

  it('refuses what is no address', async () => {
    const plan = { batches: [1], prompts: [1], repeats: 1, outputTokens: 2 };
    await assert.rejects(sweepEndpoint({ url: 'nowhere', model: null }, plan), InputError);
  });
});

describe('foresail profile measure', () => {
  const emulate = emulatePrograms();
  const folder = mkdtempSync(path.join(tmpdir(), 'profile-measure-'));
  after(() => rmSync(folder, { recursive: true }));

  it('keeps steps and requests, and says its errors on steps left out of the fit', async () => {
    const { url } = await emulate('--profile', 'h100-llama-3.1-8b-bf16');
    const at = (name: string): string => path.join(folder, name);
    const sweep = [
      '--batches',
      '1,8',
      '--prompts',
      '16,32,64,128,256,512,1024',
      '--repeats',
      '1',
      '--output-tokens',
      '16',
    ];
    const files = ['--points', at('points.csv'), '--log', at('requests.csv'), '--out', at('mine.json')];
    const run = runCli('profile', 'measure', '--url', url, ...sweep, ...files);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stdout, /^left out of the fit +[\d.]+ +[\d.]+ +[\d.]+\nfitted +[\d.]+ +[\d.]+ +[\d.]+$/m);
    const fitted = runCli('profile', 'fit', at('points.csv'), '--step-overhead', '1ms', '--json');
    const { points, leaveOut } = JSON.parse(fitted.stdout) as Record<string, Record<string, number>>;
    assert.equal(points!.prefill, 7);
    assert.ok(leaveOut!.prefill! >= 0);
    assert.ok(loadProfile(at('mine.json')).decode.base > 0);
  });
});

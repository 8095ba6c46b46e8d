import assert from 'node:assert/strict';
import { scalesOf } from './plane/audit.js';
import { sharedPlane } from './plane/shared-plane.js';
import { eventually } from './world/eventually.js';
import type { Day } from './world/load-shape.js';
import { startScenario, type Scenario } from './world/scenario.js';

/** Short prompts with long answers: decoding is the work. */
const CHAT: Day = { base: 2.5, peak: 2.5, peakAt: 0, peakSeconds: 0, promptTokens: 60, outputTokens: 40 };
/** Long prompts with short answers: prefill is. */
const SUMMARIES: Day = { ...CHAT, promptTokens: 700, outputTokens: 4 };
const MAX_GPUS = 5;

describe('a load whose requests change from chats to summaries', () => {
  const plane = sharedPlane();
  let scenario: Scenario;
  before(async () => {
    scenario = await startScenario(
      plane,
      'shift',
      [
        { role: 'prefill', replicas: 1 },
        { role: 'decode', replicas: 3 },
      ],
      { day: CHAT, days: 0.25 },
    );
    await scenario.load(SUMMARIES, Date.now() / 1000, 360);
    await scenario.scaler({
      mode: 'Auto',
      pools: [
        { role: 'prefill', maxReplicas: 4 },
        { role: 'decode', maxReplicas: 4 },
      ],
      spec: {
        forecast: { models: ['last'] },
        slo: { ttft: '3s', tpot: '200ms', attainment: 0.9 },
        budget: { maxGpus: MAX_GPUS },
        ratio: { min: '1:4', max: '4:1' },
      },
    });
  });
  after(() => scenario.stop());

  it('moves GPUs from decode to prefill', async () => {
    await eventually(240, async () => {
      const [prefill, decode] = await Promise.all([scenario.asked('prefill'), scenario.asked('decode')]);
      assert.ok(prefill >= 2 && prefill > decode, `${prefill} prefill and ${decode} decode replicas`);
    });
  });

  it('never asked for more than the budget on the way', () => {
    const asked = { prefill: 1, decode: 3 };
    const steps = (['prefill', 'decode'] as const)
      .flatMap((role) => scalesOf(plane, 'shift', `llama-${role}`).map((scale) => ({ ...scale, role })))
      .sort((a, b) => a.at - b.at);
    for (const { role, replicas } of steps) {
      asked[role] = replicas;
      assert.ok(asked.prefill + asked.decode <= MAX_GPUS, JSON.stringify(asked));
    }
  });
});

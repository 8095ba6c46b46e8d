import assert from 'node:assert/strict';
import { byOperator, writesIn } from './plane/audit.js';
import { sharedPlane } from './plane/shared-plane.js';
import { eventually, throughout } from './world/eventually.js';
import type { Day } from './world/load-shape.js';
import { statusOf } from './world/scaler.js';
import { startScenario, type Scenario } from './world/scenario.js';

/** A load that one replica can't serve, all day long. */
const BUSY: Day = { base: 8, peak: 8, peakAt: 0, peakSeconds: 0, promptTokens: 100, outputTokens: 20 };

for (const mode of ['Shadow', 'Recommend'] as const)
  describe(`mode ${mode}`, () => {
    const plane = sharedPlane();
    const namespace = mode.toLowerCase();
    let scenario: Scenario;
    before(async () => {
      scenario = await startScenario(plane, namespace, [{ role: 'serve', replicas: 1 }]);
      await scenario.load(BUSY, 0, 600);
      await scenario.scaler({ mode });
    });
    after(() => scenario.stop());

    it('says in the status what it would do', async () => {
      await eventually(60, async () => {
        const { pools } = await statusOf(plane.kube, namespace);
        assert.ok((pools?.[0]?.desired ?? 0) > 1, `desired: ${JSON.stringify(pools)}`);
      });
    });

    it('writes nothing but status and events', async () => {
      await throughout(15, async () => assert.equal(await scenario.asked('serve'), 1));
      const written = writesIn(plane, namespace).filter(byOperator);
      assert.ok(written.length > 0, 'the audit log knows the operator');
      for (const { objectRef } of written)
        assert.match(
          `${objectRef?.resource ?? ''}/${objectRef?.subresource ?? ''}`,
          /^(goodputscalers\/status|events\/)$/,
        );
    });
  });

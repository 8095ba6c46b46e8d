import assert from 'node:assert/strict';
import { byOperator, scalesOf } from './plane/audit.js';
import type { Child } from './plane/child.js';
import { sharedPlane } from './plane/shared-plane.js';
import { eventually } from './world/eventually.js';
import { traceCsv, type Day } from './world/load-shape.js';
import { conditionOf, createScaler, removeScalers, statusOf } from './world/scaler.js';
import { createService, replicasOf, startLoad, startRouter } from './world/service.js';

/** A load that takes three replicas, all day long. */
const BUSY: Day = { base: 8, peak: 8, peakAt: 0, peakSeconds: 0, promptTokens: 100, outputTokens: 20 };

describe('a service without a Prometheus', () => {
  const plane = sharedPlane();
  const children: Child[] = [];
  before(async () => {
    await createService(plane, 'bare', [{ role: 'serve', replicas: 1 }]);
    await eventually(60, async () => assert.equal((await replicasOf(plane.kube, 'bare', 'serve')).ready, 1));
    const router = await startRouter(plane, 'bare');
    children.push(router.child, startLoad(plane, 'bare', traceCsv(BUSY, 0, 300, 1), router.url));
    await createScaler(plane.kube, 'bare', {
      mode: 'Auto',
      spec: { load: { pods: { port: 8000, path: '/metrics' }, bin: '5s' }, forecast: { models: ['last'] } },
    });
  });
  after(() => Promise.all([removeScalers(plane.kube, 'bare'), ...children.map((child) => child.stop(0))]));

  it('is scaled to its load by what its pods say of themselves', async () => {
    await eventually(90, async () => assert.ok((await replicasOf(plane.kube, 'bare', 'serve')).asked >= 3));
    const scales = scalesOf(plane, 'bare', 'llama-serve');
    assert.ok(scales.length > 0 && scales.every(({ event }) => byOperator(event)));
    const available = conditionOf(await statusOf(plane.kube, 'bare'), 'MetricsAvailable');
    assert.equal(available.status, 'True', available.message);
  });

  it('is forecast at the rate that came', async () => {
    await eventually(60, async () => {
      const { forecast } = await statusOf(plane.kube, 'bare');
      const p50 = Number(forecast?.p50);
      assert.ok(p50 > 5 && p50 < 11, `${p50} requests per second, of 8`);
    });
  });
});

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { byOperator, scalesOf } from './plane/audit.js';
import { sharedPlane } from './plane/shared-plane.js';
import { eventually } from './world/eventually.js';
import type { Weather } from './world/prometheus.js';
import { startScenario, type Scenario } from './world/scenario.js';

const vector = (value: unknown): string =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value }] } });

/** What Prometheus can do to an operator, and what it must not make of it. */
const WEATHERS: readonly (readonly [what: string, weather: Weather])[] = [
  ['does not answer', { kind: 'down' }],
  ['answers after half a minute', { kind: 'slow', seconds: 35 }],
  ['answers 500', { kind: 'answers', status: 500, body: 'oops' }],
  ['answers garbage', { kind: 'answers', status: 200, body: '<html>\u0000 Welcome to nginx' }],
  ['answers what is no number', { kind: 'answers', status: 200, body: vector([Date.now() / 1000, 'NaN']) }],
  ['answers another kind of thing', { kind: 'answers', status: 200, body: '{"status":"success","data":{"result":7}}' }],
  [
    'answers nothing at all',
    { kind: 'answers', status: 200, body: '{"status":"success","data":{"resultType":"vector","result":[]}}' },
  ],
];

describe('a Prometheus that', () => {
  const plane = sharedPlane();
  const scenarios = new Map<string, Scenario>();
  const nameOf = (what: string): string => `prom-${what.replaceAll(/\W+/g, '-')}`;
  before(async () => {
    await Promise.all(
      WEATHERS.map(async ([what, weather]) => {
        const pools = [{ role: 'serve', replicas: 2, isEmulated: what === 'does not answer' }] as const;
        const scenario = await startScenario(plane, nameOf(what), pools);
        scenarios.set(what, scenario);
        scenario.prometheus.weather(weather);
        await scenario.scaler({ mode: 'Auto' });
      }),
    );
  });
  after(() => Promise.all([...scenarios.values()].map(async (scenario) => scenario.stop())));

  for (const [what] of WEATHERS)
    it(`${what} is told in MetricsAvailable`, async () => {
      await eventually(60, async () => {
        const { status, message } = await scenarios.get(what)!.condition('MetricsAvailable');
        assert.equal(status, 'False', message);
      });
    });

  it('is any of these changes no replicas', async () => {
    await sleep(8000);
    for (const [what] of WEATHERS) {
      const scales = scalesOf(plane, nameOf(what), 'llama-serve').filter(({ event }) => byOperator(event));
      assert.deepEqual(scales, [], what);
      assert.equal(await scenarios.get(what)!.asked('serve'), 2, what);
    }
  });

  it('is back is believed again', async () => {
    const scenario = scenarios.get('does not answer')!;
    scenario.prometheus.weather({ kind: 'fine' });
    await eventually(40, async () => {
      const { status, message } = await scenario.condition('MetricsAvailable');
      assert.equal(status, 'True', message);
    });
  });

  it('stays away long enough brings the fallback', async () => {
    const scenario = scenarios.get('answers 500')!;
    await scenario.change({ fallback: { after: '10s', replicas: { serve: 4 } } });
    await eventually(60, async () => assert.equal(await scenario.asked('serve'), 4));
  });
});

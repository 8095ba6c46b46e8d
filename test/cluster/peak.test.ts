import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { byOperator, scalesOf } from './plane/audit.js';
import { sharedPlane } from './plane/shared-plane.js';
import { eventually } from './world/eventually.js';
import { peakIn, type Day } from './world/load-shape.js';
import { startScenario, type Scenario } from './world/scenario.js';

/** Seconds that a slow machine may take to start everything, with other tests beside it. */
const SETUP = 120;
/** Seconds from then until the peak that came at this time on both days before. */
const AHEAD = 120;

describe('a daily peak two minutes ahead', () => {
  const plane = sharedPlane();
  let scenario: Scenario;
  let day: Day;
  before(async () => {
    day = peakIn(SETUP + AHEAD, 8);
    scenario = await startScenario(plane, 'peak', [{ role: 'serve', replicas: 1, launchSeconds: 8 }], { day, days: 2 });
    await scenario.load(day, Date.now() / 1000, 360);
    await scenario.scaler({ mode: 'Auto' });
  });
  after(() => scenario.stop());

  it('finds its replicas ready, asked for no sooner than needed', async () => {
    await eventually(day.peakAt - Date.now() / 1000, async () => {
      assert.ok((await scenario.ready('serve')) >= 2, 'ready before the peak');
    });
    const [first] = scalesOf(plane, 'peak', 'llama-serve').filter(({ event }) => byOperator(event));
    assert.ok(first && first.replicas > 1);
    const before = day.peakAt - first.at;
    assert.ok(before > 8, `asked ${before.toFixed(0)} s before the peak: longer than a launch`);
    assert.ok(before < AHEAD - 10, `asked ${before.toFixed(0)} s before the peak: no sooner than needed`);
  });

  it('is served by three or more, and by no more than there may be', async () => {
    await sleep(Math.max(0, 1000 * (day.peakAt + 30) - Date.now()));
    const asked = scalesOf(plane, 'peak', 'llama-serve').map(({ replicas }) => replicas);
    assert.ok(Math.max(...asked) >= 3 && Math.max(...asked) <= 6, `asked for ${asked.join(', ')}`);
  });
});

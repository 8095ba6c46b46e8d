import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { cutTrace, scaleToRate, SCALINGS } from '../../src/cli/trace-window.js';
import { observedSpan, requestCount, type Trace } from '../../src/trace/index.js';
import { chatTrace } from '../helpers/serving.js';

/** An hour at about one request per second. */
const HOUR: Trace = { ...chatTrace(3600, 1), endSeconds: 3600 };

describe('the window of a trace', () => {
  for (const [flags, seconds] of [
    [{}, 3600],
    [{ from: '10m' }, 3000],
    [{ from: '10m', for: '5m' }, 300],
    [{ from: '10m', to: '20m' }, 600],
    [{ to: '20m' }, 1200],
  ] as const)
    it(`${JSON.stringify(flags)} is ${seconds} s long, from 0 on`, () => {
      const { start, end } = observedSpan(cutTrace(HOUR, flags));
      assert.equal(start, 0);
      assert.ok(Math.abs(end - seconds) < 1e-5);
    });

  for (const flags of [{ from: '2h' }, { from: '20m', to: '10m' }, { for: '1m', to: '2m' }, { from: 'x' }])
    it(`${JSON.stringify(flags)} is refused`, () => assert.throws(() => cutTrace(HOUR, flags), InputError));

  for (const scaling of SCALINGS)
    it(`reaches a rate by ${scaling} scaling`, () => {
      const scaled = scaleToRate(HOUR, 3, { scaling, seed: '1' });
      const { start, end } = observedSpan(scaled);
      const rate = requestCount(scaled) / (end - start);
      // Modelled arrivals are drawn: some hundreds of Gamma gaps a window, CV near 1.
      assert.ok(Math.abs(rate / 3 - 1) < (scaling === 'modelled' ? 0.15 : 0.02), `${rate} requests/s`);
      assert.ok(Math.abs(end - start - (scaling === 'rps' ? 1200 : 3600)) < 1);
    });

  it('is drawn anew at its own rate by modelled scaling, the same for the same seed', () => {
    const draw = (seed: string): Trace => scaleToRate(HOUR, null, { scaling: 'modelled', seed });
    assert.ok(Math.abs(requestCount(draw('1')) / 3600 - 1) < 0.15);
    assert.deepEqual(draw('1').arrival, draw('1').arrival);
    assert.notDeepEqual(draw('1').arrival, draw('2').arrival);
    assert.equal(scaleToRate(HOUR, null, { scaling: 'load', seed: '1' }), HOUR);
  });

  it('is not scaled in a way that is not known', () =>
    assert.throws(() => scaleToRate(HOUR, null, { scaling: 'up', seed: '1' }), InputError));
});

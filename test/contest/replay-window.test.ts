import assert from 'node:assert/strict';
import { busiestWindow, factorThatFills } from '../../src/contest/index.js';
import type { LoadSeries } from '../../src/load/index.js';
import { attainmentRow } from '../../src/plan/index.js';

function loadOf(requests: number[], binSeconds = 3600): LoadSeries {
  const zeros = new Float64Array(requests.length);
  return {
    ...{ startEpochSeconds: null, timeZone: 'UTC', binSeconds, requests: Float64Array.from(requests) },
    ...{ promptTokens: zeros, outputTokens: zeros, observed: new Uint8Array(requests.length).fill(1) },
  };
}

describe('the busiest window', () => {
  it('lies in the last day, whatever came before', () => {
    const load = loadOf([
      ...Array<number>(24).fill(100),
      ...Array.from({ length: 24 }, (_, hour) => (hour === 10 ? 9 : hour === 11 ? 8 : 1)),
    ]);
    assert.deepEqual(busiestWindow(load, 7200), { startAt: 34 * 3600, endAt: 36 * 3600 });
  });

  it('is the earliest of equals', () => {
    assert.deepEqual(busiestWindow(loadOf([1, 1, 1, 1, 1, 1]), 7200), { startAt: 10800, endAt: 18000 });
  });

  it('refuses a load that is shorter', () => {
    assert.throws(() => busiestWindow(loadOf([1]), 7200), RangeError);
  });
});

describe('the factor that fills a configuration', () => {
  const row = attainmentRow(
    { serve: 6 },
    [
      { rate: 10, attainment: 1 },
      { rate: 20, attainment: 0 },
    ],
    11,
  );

  it('brings a steady load to where the curve meets the target', () => {
    const factor = factorThatFills(loadOf([3600, 3600]), { startAt: 0, endAt: 7200 }, row, 0.9);
    assert.ok(Math.abs(factor - 11) < 1e-6);
  });

  it('lets a peak miss as long as the whole window keeps the target', () => {
    const factor = factorThatFills(loadOf([3600, 3600, 3600, 7200]), { startAt: 0, endAt: 4 * 3600 }, row, 0.9);
    assert.ok(factor > 5.5 && factor < 11);
  });

  it('is 0 for an empty window', () => {
    assert.equal(factorThatFills(loadOf([0, 0]), { startAt: 0, endAt: 7200 }, row, 0.9), 0);
  });
});

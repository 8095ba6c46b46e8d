import assert from 'node:assert/strict';
import {
  attainmentBetween,
  busiestWindow,
  factorThatFills,
  lastDay,
  type PolicyScore,
} from '../../src/contest/index.js';
import type { LoadSeries } from '../../src/load/index.js';
import { attainmentRow } from '../../src/plan/index.js';

function loadOf(requests: number[], binSeconds = 3600): LoadSeries {
  const zeros = new Float64Array(requests.length);
  return {
    ...{ startEpochSeconds: null, timeZone: 'UTC', binSeconds, requests: Float64Array.from(requests) },
    ...{ promptTokens: zeros, outputTokens: zeros, observed: new Uint8Array(requests.length).fill(1) },
  };
}

describe('the last day', () => {
  it('is the last 24 hours, or the second half of a load shorter than two days', () => {
    const day = 86400;
    assert.deepEqual(lastDay(loadOf(Array<number>(72).fill(1))), { startAt: 2 * day, endAt: 3 * day });
    assert.deepEqual(lastDay(loadOf(Array<number>(9).fill(1))), { startAt: 5 * 3600, endAt: 9 * 3600 });
  });

  it('has the attainment of some of its minutes by their requests', () => {
    const score = {
      attainmentByMinute: Float64Array.of(1, 0.5, NaN, 0),
      requestsByMinute: Uint32Array.of(7, 30, 0, 10),
    } as unknown as PolicyScore;
    assert.equal(attainmentBetween(score, 1, 4), 15 / 40);
    assert.equal(attainmentBetween(score, 0, 1), 1);
    assert.ok(Number.isNaN(attainmentBetween(score, 2, 3)));
  });
});

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

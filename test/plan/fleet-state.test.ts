import assert from 'node:assert/strict';
import { changesWithin, servingAt, targetsOf, withTargets, type FleetState } from '../../src/plan/index.js';
import { serveLimits } from '../helpers/planning.js';

const limits = serveLimits(1, 10);
const fleet: FleetState = { serve: { ready: 2, readyAt: [30, 60] } };

describe('a fleet with its order book', () => {
  it('counts orders as asked for, and as serving only when due', () => {
    assert.deepEqual(targetsOf(fleet, limits), { serve: 4 });
    assert.deepEqual(servingAt(fleet, 29, limits), { serve: 2 });
    assert.deepEqual(servingAt(fleet, 30, limits), { serve: 3 });
    assert.deepEqual(servingAt(fleet, 60, limits), { serve: 4 });
  });

  it('puts more instances on order, ready after the launch time', () => {
    assert.deepEqual(withTargets(fleet, { serve: 5 }, 40, 90, limits), { serve: { ready: 3, readyAt: [60, 130] } });
  });

  it('cancels the youngest orders before it drains ready instances', () => {
    assert.deepEqual(withTargets(fleet, { serve: 3 }, 0, 90, limits), { serve: { ready: 2, readyAt: [30] } });
    assert.deepEqual(withTargets(fleet, { serve: 1 }, 0, 90, limits), { serve: { ready: 1, readyAt: [] } });
  });

  it('names the moments inside an interval at which capacity changes', () => {
    assert.deepEqual(changesWithin(fleet, 30, 61, limits), [60]);
    assert.deepEqual(changesWithin(fleet, 0, 30, limits), []);
  });

  it('leaves its argument as it was', () => {
    const before = structuredClone(fleet);
    withTargets(fleet, { serve: 9 }, 45, 90, limits);
    assert.deepEqual(fleet, before);
  });
});

import assert from 'node:assert/strict';
import {
  buildFleet,
  draftTargets,
  isSameFleet,
  nextReady,
  openDraft,
  servingAt,
  type FleetDraft,
  type SearchFleet,
} from '../../src/plan/search-fleet.js';

const fleet: SearchFleet = { ready: [2], readyAt: [[30, 60]] };

function asked(targets: number, at: number): FleetDraft {
  const draft = openDraft(1);
  draftTargets(draft, fleet, [targets], at, 90);
  return draft;
}

describe('a fleet with its order book', () => {
  it('serves with orders only when they are due', () => {
    const draft = asked(4, 0);
    assert.deepEqual(
      [29, 30, 60].map((at) => servingAt(draft, 0, at)),
      [2, 3, 4],
    );
  });

  it('puts more instances on order, ready after the launch time', () => {
    assert.deepEqual(buildFleet(asked(5, 40)), { ready: [3], readyAt: [[60, 130]] });
  });

  it('cancels the youngest orders before it drains ready instances', () => {
    assert.deepEqual(buildFleet(asked(3, 0)), { ready: [2], readyAt: [[30]] });
    assert.deepEqual(buildFleet(asked(1, 0)), { ready: [1], readyAt: [[]] });
  });

  it('changes when an order becomes ready, strictly inside a span', () => {
    assert.equal(nextReady(asked(4, 0), 30, 61), 60);
    assert.equal(nextReady(asked(4, 0), 0, 30), 30);
    assert.equal(nextReady(asked(4, 0), 60, 120), 120);
    assert.equal(nextReady(asked(5, 0), 60, 120), 90);
  });

  it('is the same as one that serves and orders alike', () => {
    assert.ok(isSameFleet(fleet, { ready: [2], readyAt: [[30, 60]] }));
    assert.ok(!isSameFleet(fleet, { ready: [2], readyAt: [[30, 61]] }));
    assert.ok(!isSameFleet(fleet, { ready: [3], readyAt: [[30, 60]] }));
    assert.ok(!isSameFleet(fleet, { ready: [2], readyAt: [[30]] }));
  });

  it('leaves the fleet that it is asked of as it was', () => {
    buildFleet(asked(9, 45));
    assert.deepEqual(fleet, { ready: [2], readyAt: [[30, 60]] });
  });
});

import assert from 'node:assert/strict';
import { hpaPolicy } from '../../src/contest/index.js';
import type { Observation, RoleObservation } from '../../src/control/index.js';
import { serveLimits, splitLimits } from '../helpers/planning.js';

function role(current: number, running: number, waiting: number | null = 0): RoleObservation {
  return { current, ready: current, startingSince: [], draining: 0, waiting, running, kvUse: 0 };
}

function serving(seen: RoleObservation): Observation {
  return { at: 0, roles: { serve: seen }, ttft: null, tpot: null, closedBins: [] };
}

describe('the HPA-like rule', () => {
  const make = (): ReturnType<typeof hpaPolicy> =>
    hpaPolicy({ limits: serveLimits(1, 8), targetRequests: { serve: 10 } });

  for (const [current, running, wanted] of [
    [2, 40, 4],
    [2, 21, 2],
    [2, 23, 3],
    [4, 200, 8],
  ] as const)
    it(`${current} instances with ${running} requests at a target of 10: ${wanted}`, () => {
      const decision = make().decide(serving(role(current, running)), 0);
      if (wanted === current) assert.equal(decision.kind, 'hold');
      else assert.deepEqual(decision, { kind: 'scale', targets: { serve: wanted }, reason: 'backlog' });
    });

  it('scales down to the highest wish of five minutes, not before', () => {
    const policy = make();
    policy.decide(serving(role(4, 40)), 0);
    assert.equal(policy.decide(serving(role(4, 10)), 15).kind, 'hold');
    assert.equal(policy.decide(serving(role(4, 20)), 200).kind, 'hold');
    assert.deepEqual(policy.decide(serving(role(4, 10)), 310), {
      kind: 'scale',
      targets: { serve: 2 },
      reason: 'scale-down',
    });
  });

  it('holds when it cannot see', () => {
    assert.deepEqual(make().decide(null, 0), { kind: 'hold', reason: 'no-data' });
    assert.deepEqual(make().decide(serving(role(2, 5, null)), 0), { kind: 'hold', reason: 'no-data' });
  });

  it('shares a budget between two roles', () => {
    const policy = hpaPolicy({ limits: splitLimits(8), targetRequests: { prefill: 10, decode: 10 } });
    const observation = { ...serving(role(1, 0)), roles: { prefill: role(2, 60), decode: role(4, 60) } };
    const decision = policy.decide(observation, 0);
    assert.deepEqual(decision, { kind: 'scale', targets: { prefill: 4, decode: 4 }, reason: 'backlog' });
  });
});

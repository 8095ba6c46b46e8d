import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decide,
  demandNow,
  initialState,
  reactionOf,
  type ClosedBin,
  type Decision,
  type RoleObservation,
} from '../../src/control/index.js';
import { brokenRule } from '../../src/plan/index.js';
import { knowing, role, seen, splitSettings, sureForecast } from '../helpers/control.js';

const settings = splitSettings;
const { limits } = settings;
const steady = Array<number>(10).fill(11);

describe('a decision', () => {
  it('holds when nothing could be observed, and keeps its state', () => {
    const state = knowing(steady);
    const result = decide(settings, state, null, 0);
    assert.deepEqual(result.decision, { kind: 'hold', reason: 'no-data' });
    assert.equal(result.state, state);
  });

  it('holds when a role is unknown: unknown is not 0', () => {
    const observation = { ...seen(role(1), role(2)), roles: { prefill: role(1) } };
    assert.deepEqual(decide(settings, knowing(steady), observation, 0).decision, { kind: 'hold', reason: 'no-data' });
  });

  it('holds at the plan', () => {
    const { decision } = decide(settings, knowing(steady), seen(role(1), role(2)), 0);
    assert.deepEqual(decision, { kind: 'hold', reason: 'at-plan' });
  });

  it('scales up before the load that is forecast arrives', () => {
    const { decision, plan, state } = decide(settings, knowing([10, 22, 22, 22, 22, 22]), seen(role(1), role(2)), 0);
    assert.deepEqual(decision, { kind: 'scale', targets: { prefill: 2, decode: 4 }, reason: 'forecast' });
    assert.ok(plan);
    assert.equal(state.lastScaleUpAt, 0);
  });

  it('does not order again what is on order', () => {
    const observation = seen(
      role(2, { ready: 1, startingSince: [-30] }),
      role(4, { ready: 2, startingSince: [-30, -30] }),
    );
    const { decision } = decide(settings, knowing(Array<number>(10).fill(22)), observation, 0);
    assert.equal(decision.kind, 'hold');
  });

  it('scales down only after the stabilization window', () => {
    let state = knowing(Array<number>(10).fill(5));
    for (let now = 0; now <= 315; now += 15) {
      state = { ...state, forecast: { originAt: now, requests: sureForecast(Array<number>(10).fill(5)) } };
      const result = decide(settings, state, seen(role(2), role(4)), now);
      state = result.state;
      if (now < 300) assert.deepEqual(result.decision, { kind: 'hold', reason: 'cooldown' });
      else {
        assert.deepEqual(result.decision, {
          kind: 'scale',
          targets: { prefill: 1, decode: 1 },
          reason: 'scale-down',
        });
        return;
      }
    }
  });

  it('keeps what the high quantile needs within a launch time', () => {
    const { decision } = decide(settings, knowing([5, 5, 22, 22, 22, 22]), seen(role(2), role(4)), 0);
    assert.equal(decision.kind, 'hold');
  });

  it('reacts to a queue that the forecast did not see', () => {
    const observation = seen(role(1, { waiting: 60 }), role(2));
    const { decision } = decide(settings, knowing(steady), observation, 0);
    assert.deepEqual(decision, { kind: 'scale', targets: { prefill: 2, decode: 2 }, reason: 'backlog' });
  });

  it('sizes its order to a queue that grows', () => {
    const state = { ...knowing(steady), queue: { at: -15, waiting: 0 } };
    const { decision } = decide(settings, state, seen(role(1, { waiting: 300 }), role(2)), 0);
    assert.ok(decision.kind === 'scale');
    assert.deepEqual(decision.targets, { prefill: 3, decode: 5 });
  });

  it('reacts without any forecast, and never scales down then', () => {
    const calm = decide(settings, initialState(), seen(role(2), role(4)), 0);
    assert.equal(calm.decision.kind, 'hold');
    const full = decide(settings, initialState(), seen(role(1), role(2, { kvUse: 0.95 })), 0);
    assert.deepEqual(full.decision, { kind: 'scale', targets: { prefill: 1, decode: 3 }, reason: 'backlog' });
  });

  it('adds to the role whose bound is missed', () => {
    const slow = seen(role(1), role(2), { tpot: 0.06 });
    const { decision } = decide(settings, knowing(steady), slow, 0);
    assert.deepEqual(decision, { kind: 'scale', targets: { prefill: 1, decode: 3 }, reason: 'slo-miss' });
  });

  it('waits for an order before it reacts again', () => {
    const observation = seen(role(2, { ready: 1, startingSince: [-10], waiting: 60 }), role(2));
    const { decision } = decide(settings, knowing(steady), observation, 0);
    assert.equal(decision.kind, 'hold');
  });

  it('trades one role for the other at full budget at once', () => {
    const start = knowing(Array<number>(10).fill(28));
    const { decision } = decide(settings, start, seen(role(5), role(3)), 0);
    assert.deepEqual(decision, { kind: 'scale', targets: { prefill: 3, decode: 5 }, reason: 'forecast' });
  });

  it('takes the newest closed bin as the least load of the next, until another closes', () => {
    const closedBins = [{ endsAt: 0, requests: 22 * 60, promptTokens: null, outputTokens: null }];
    const first = seen(role(1), role(2), { closedBins });
    const state = knowing(steady);
    assert.equal(demandNow(settings, state, first, 0)?.high[0], 22);
    const later = decide(settings, state, first, 0).state;
    assert.equal(demandNow(settings, later, seen(role(1), role(2)), 15)?.high[0], 22);
    assert.equal(demandNow(settings, state, seen(role(1), role(2)), 0)?.high[0], 11);
  });

  it('goes by the newest bin that is known while bins are missing', () => {
    const bin = (endsAt: number, requests: number | null): ClosedBin => ({
      ...{ endsAt, requests, promptTokens: null, outputTokens: null },
    });
    const first = seen(role(1), role(2), { closedBins: [bin(0, 22 * 60), bin(60, null)] });
    assert.equal(demandNow(settings, knowing(steady), first, 60)?.high[0], 22);
    const { state } = decide(settings, knowing(steady), first, 60);
    const later = seen(role(1), role(2), { closedBins: [bin(120, null)] });
    assert.equal(demandNow(settings, state, later, 120)?.high[0], 22);
  });

  it('takes nothing from a role that says nothing, and from the other what it can spare', () => {
    const silent = { waiting: null, running: null, kvUse: null };
    const last = (prefill: RoleObservation, decode: RoleObservation): Decision => {
      let state = initialState();
      let decision: Decision | null = null;
      for (let now = 0; now <= 600; now += 15)
        ({ decision, state } = decide(settings, knowing(Array<number>(20).fill(5), state), seen(prefill, decode), now));
      return decision!;
    };
    assert.deepEqual(last(role(2), role(4)), {
      kind: 'scale',
      targets: { prefill: 1, decode: 1 },
      reason: 'scale-down',
    });
    assert.deepEqual(last(role(2), role(4, silent)), {
      kind: 'scale',
      targets: { prefill: 1, decode: 4 },
      reason: 'scale-down',
    });
  });

  it('takes nothing from a role that says nothing for the other to grow at full budget', () => {
    const silent = { waiting: null, running: null, kvUse: null };
    const start = knowing(Array<number>(10).fill(28));
    const { decision } = decide(settings, start, seen(role(5, silent), role(3)), 0);
    assert.equal(decision.kind, 'hold');
  });

  it('asks for an instance where requests wait and none is ready', () => {
    const { decision } = decide(settings, knowing(steady), seen(role(1, { ready: 0, waiting: 5 }), role(2)), 0);
    assert.ok(decision.kind === 'hold' || decision.targets.prefill! >= 1);
    const orphaned = seen(role(1, { ready: 0, waiting: 5 }), role(2));
    assert.deepEqual(reactionOf(orphaned, settings)?.floor, { prefill: 1 });
  });
});

describe('a decision, always', () => {
  const replicas = fc.integer({ min: 1, max: 8 });
  const counts = fc.tuple(replicas, replicas).filter(([prefill, decode]) => prefill + decode <= 8);
  const rates = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1, maxLength: 8 });
  const queue = fc.option(fc.integer({ min: 0, max: 500 }));

  it('stays within the limits', () => {
    fc.assert(
      fc.property(counts, rates, queue, queue, ([prefill, decode], demand, waiting, waitingToDecode) => {
        const observation = seen(role(prefill, { waiting }), role(decode, { waiting: waitingToDecode }));
        const { decision } = decide(settings, knowing(demand), observation, 0);
        if (decision.kind === 'scale') assert.equal(brokenRule(decision.targets, limits), null);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same answer to the same question and leaves its arguments alone', () => {
    fc.assert(
      fc.property(counts, rates, queue, ([prefill, decode], demand, waiting) => {
        const observation = seen(role(prefill, { waiting }), role(decode));
        const state = knowing(demand);
        const before = structuredClone({ state, observation });
        const first = decide(settings, state, observation, 0);
        assert.deepEqual(decide(settings, state, observation, 0), first);
        assert.deepEqual({ state, observation }, before);
      }),
      { numRuns: 20 },
    );
  });
});

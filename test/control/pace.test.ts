import assert from 'node:assert/strict';
import type { DirectionRules, PacedChange, ScalingRules } from '../../src/control/index.js';
import { countedChanges, withinPace } from '../../src/control/pace.js';
import { initialState } from '../../src/control/index.js';
import { splitSettings } from '../helpers/control.js';
import { plantedTable, serveLimits, splitLimits } from '../helpers/planning.js';

const limits = serveLimits(1, 100);
const serving = { ...splitSettings, limits, table: plantedTable(limits) };

/** What one pool of `current` may become at second 1,000 when `wanted` is wished. */
function paced(rules: Partial<ScalingRules>, current: number, wanted: number, changes: readonly PacedChange[] = []) {
  const { targets, limits: said } = withinPace(
    { ...serving, ...rules },
    changes,
    { serve: wanted },
    { serve: current },
    1000,
  );
  return [targets.serve, ...said];
}

const pods = (value: number, periodSeconds = 60) => ({ type: 'Pods', value, periodSeconds }) as const;
const percent = (value: number, periodSeconds = 60) => ({ type: 'Percent', value, periodSeconds }) as const;
const up = (scaleUp: DirectionRules) => ({ behavior: { scaleUp } });
const down = (scaleDown: DirectionRules) => ({ behavior: { scaleDown } });
const change = (at: number, from: number, to: number): PacedChange => ({
  at,
  from: { serve: from },
  to: { serve: to },
});

describe('the pace of scaling', () => {
  const table: [string, Partial<ScalingRules>, number, number, (number | string)[]][] = [
    ['nothing set', {}, 10, 40, [40]],
    ['maxStep in mode Bounded', { mode: 'Bounded', maxStep: 2 }, 10, 40, [12, 'max-step']],
    ['maxStep downwards', { mode: 'Bounded', maxStep: 2 }, 10, 1, [8, 'max-step']],
    ['maxStep that suffices', { mode: 'Bounded', maxStep: 2 }, 10, 12, [12]],
    ['maxStep in mode Auto', { mode: 'Auto', maxStep: 2 }, 10, 40, [40]],
    ['pods upwards', up({ policies: [pods(4)] }), 10, 40, [14, 'scale-up-pace']],
    ['percent upwards', up({ policies: [percent(100)] }), 10, 40, [20, 'scale-up-pace']],
    ['percent upwards, exactly', up({ policies: [percent(10)] }), 10, 40, [11, 'scale-up-pace']],
    ['percent of few, rounded up', up({ policies: [percent(10)] }), 3, 40, [4, 'scale-up-pace']],
    ['the larger of two', up({ policies: [pods(4), percent(100)] }), 10, 40, [20, 'scale-up-pace']],
    [
      'the smaller of two',
      up({ policies: [pods(4), percent(100)], selectPolicy: 'Min' }),
      10,
      40,
      [14, 'scale-up-pace'],
    ],
    ['upwards disabled', up({ selectPolicy: 'Disabled' }), 10, 40, [10, 'scale-up-pace']],
    ['upwards disabled, wanted fewer', up({ selectPolicy: 'Disabled' }), 10, 4, [4]],
    ['pods downwards', down({ policies: [pods(4)] }), 10, 1, [6, 'scale-down-pace']],
    ['percent downwards', down({ policies: [percent(10)] }), 80, 1, [72, 'scale-down-pace']],
    ['percent of few downwards, rounded up', down({ policies: [percent(10)] }), 3, 1, [2, 'scale-down-pace']],
    ['the larger of two downwards', down({ policies: [pods(4), percent(10)] }), 80, 1, [72, 'scale-down-pace']],
    [
      'the smaller of two downwards',
      down({ policies: [pods(4), percent(10)], selectPolicy: 'Min' }),
      80,
      1,
      [76, 'scale-down-pace'],
    ],
    ['downwards disabled', down({ selectPolicy: 'Disabled' }), 10, 1, [10, 'scale-down-pace']],
    [
      'the narrower of pace and maxStep',
      { mode: 'Bounded', maxStep: 3, ...up({ policies: [pods(5)] }) },
      10,
      40,
      [13, 'max-step'],
    ],
  ];
  for (const [name, rules, current, wanted, expected] of table)
    it(`${name}: ${current} to ${wanted} is ${expected.join(', ')}`, () =>
      assert.deepEqual(paced(rules, current, wanted), expected));

  it('counts what a period has already seen, and nothing older', () => {
    const rules = up({ policies: [pods(4)] });
    assert.deepEqual(paced(rules, 13, 40, [change(950, 10, 13)]), [14, 'scale-up-pace']);
    assert.deepEqual(paced(rules, 14, 40, [change(950, 10, 14)]), [14, 'scale-up-pace']);
    assert.deepEqual(paced(rules, 14, 40, [change(940, 10, 14)]), [18, 'scale-up-pace']);
  });

  it('takes percent of what there was when the period began', () => {
    assert.deepEqual(paced(up({ policies: [percent(100)] }), 15, 90, [change(990, 10, 15)]), [20, 'scale-up-pace']);
  });

  it('gives back upwards what went downwards within the period', () => {
    assert.deepEqual(paced(up({ policies: [pods(4)] }), 6, 40, [change(990, 10, 6)]), [14, 'scale-up-pace']);
  });

  it('stops on the way where the rest would break the budget', () => {
    const roles = {
      prefill: { minReplicas: 1, maxReplicas: 8, gpusPerReplica: 1 },
      decode: { minReplicas: 1, maxReplicas: 8, gpusPerReplica: 2 },
    };
    const settings = { ...splitSettings, limits: { roles, maxGpus: 8 }, mode: 'Bounded', maxStep: 1 } as const;
    const { targets, limits: said } = withinPace(settings, [], { prefill: 2, decode: 3 }, { prefill: 4, decode: 2 }, 0);
    assert.deepEqual(targets, { prefill: 3, decode: 2 });
    assert.deepEqual(said, ['max-step', 'budget']);
  });

  it('stays where it is when no step keeps the ratio', () => {
    const half = { ...splitLimits(8), ratio: { min: 0.5, max: 0.5 } };
    const settings = { ...splitSettings, limits: half, mode: 'Bounded', maxStep: 1 } as const;
    const { targets, limits: said } = withinPace(settings, [], { prefill: 2, decode: 4 }, { prefill: 1, decode: 2 }, 0);
    assert.deepEqual(targets, { prefill: 1, decode: 2 });
    assert.deepEqual(said, ['max-step', 'ratio']);
  });

  it('comes back to the budget step by step', () => {
    const settings = { ...splitSettings, limits: splitLimits(4), mode: 'Bounded', maxStep: 1 } as const;
    const { targets } = withinPace(settings, [], { prefill: 2, decode: 2 }, { prefill: 4, decode: 4 }, 0);
    assert.deepEqual(targets, { prefill: 3, decode: 3 });
  });
});

describe('the changes that a pace counts', () => {
  const settings = { ...serving, ...up({ policies: [pods(4, 60), pods(10, 600)] }) };
  const counted = (changes: readonly PacedChange[], current: number) =>
    countedChanges(settings, { ...initialState(), changes }, { serve: current }, 1000);

  it('are those of the longest period', () => {
    assert.deepEqual(counted([change(400, 1, 2), change(401, 2, 3)], 3), [change(401, 2, 3)]);
  });

  it('are none without a policy', () => {
    assert.deepEqual(
      countedChanges(serving, { ...initialState(), changes: [change(999, 1, 2)] }, { serve: 2 }, 1000),
      [],
    );
  });

  it('leave out what was asked for and not made', () => {
    assert.deepEqual(counted([change(985, 2, 6)], 2), [change(985, 2, 2)]);
    assert.deepEqual(counted([change(985, 2, 6)], 4), [change(985, 2, 4)]);
  });

  it('are no smaller and no larger for what others changed since', () => {
    assert.deepEqual(counted([change(985, 2, 6)], 9), [change(985, 2, 6)]);
    assert.deepEqual(counted([change(970, 2, 6), change(985, 6, 7)], 7), [change(970, 2, 6), change(985, 6, 7)]);
  });
});

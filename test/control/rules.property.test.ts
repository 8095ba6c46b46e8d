import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decide,
  decideOnRecord,
  initialState,
  isWriting,
  readRecord,
  replayRecord,
  rulesOf,
  writeRecord,
  PLAIN_RULES,
  type ControlSettings,
  type ControlState,
  type DirectionRules,
  type Observation,
  type ScalingRules,
} from '../../src/control/index.js';
import { brokenRule, gpusOf, isRatioKept } from '../../src/plan/index.js';
import type { InstanceCounts } from '../../src/spec/index.js';
import { role, seen, splitSettings, sureForecast } from '../helpers/control.js';
import { plantedTable, splitLimits } from '../helpers/planning.js';

const INTERVAL = 15;
const directionRules: fc.Arbitrary<DirectionRules> = fc.record(
  {
    stabilizationWindowSeconds: fc.constantFrom(0, 30, 120),
    selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled'),
    policies: fc.array(
      fc.record({
        type: fc.constantFrom('Pods', 'Percent'),
        value: fc.integer({ min: 1, max: 120 }).map((value) => (value > 100 ? value - 100 : value)),
        periodSeconds: fc.constantFrom(15, 40, 90),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);
const anyRules: fc.Arbitrary<ScalingRules> = fc.record({
  mode: fc.constantFrom('Shadow', 'Recommend', 'Bounded', 'Auto'),
  maxStep: fc.option(fc.integer({ min: 1, max: 3 })),
  behavior: fc.option(fc.record({ scaleUp: directionRules, scaleDown: directionRules }, { requiredKeys: [] })),
  fallback: fc.option(fc.constant({ afterSeconds: 30, replicas: { prefill: 2, decode: 3 } })),
});
const anyLimits = fc
  .record({
    maxGpus: fc.integer({ min: 5, max: 9 }),
    ratio: fc.option(fc.constant({ min: 1 / 3, max: 1 }), { nil: undefined }),
  })
  .map(({ maxGpus, ratio }) => ({ ...splitLimits(9), maxGpus, ratio }));
const anySettings: fc.Arbitrary<ControlSettings> = fc.tuple(anyLimits, anyRules).map(([limits, rules]) => ({
  ...splitSettings,
  limits,
  table: plantedTable(limits),
  stabilizationSeconds: 45,
  ...rules,
}));
const anyCounts = fc.record({ prefill: fc.integer({ min: 0, max: 9 }), decode: fc.integer({ min: 0, max: 9 }) });
/** What each round meets: the load of the coming minutes, a queue, whether metrics are there, whether the write arrives. */
interface RoundMet {
  readonly rate: number;
  readonly waiting: number | null;
  readonly hasMetrics: boolean;
  readonly isWritten: boolean;
}
const anyRound: fc.Arbitrary<RoundMet> = fc.record({
  rate: fc.double({ min: 0, max: 60, noNaN: true }),
  waiting: fc.option(fc.integer({ min: 0, max: 500 })),
  hasMetrics: fc.boolean(),
  isWritten: fc.boolean(),
});
const anyRounds = fc.array(anyRound, { minLength: 1, maxLength: 12 });

interface Step {
  readonly at: number;
  readonly before: InstanceCounts;
  readonly after: InstanceCounts;
}

/** The fleet under one round after another; `isWritten` says whether what is asked for comes true. */
function stepsOf(settings: ControlSettings, start: InstanceCounts, rounds: readonly RoundMet[]): Step[] {
  let state: ControlState = initialState();
  let counts = start;
  return rounds.map((round, place) => {
    const at = place * INTERVAL;
    state = { ...state, forecast: { originAt: at, requests: sureForecast(Array<number>(4).fill(round.rate)) } };
    const { decision, state: next } = decide(settings, state, observed(counts, round, at), at);
    state = next;
    const before = counts;
    const after = decision.kind === 'scale' ? decision.targets : counts;
    if (round.isWritten) counts = after;
    return { at, before, after };
  });
}

function observed(counts: InstanceCounts, { waiting, hasMetrics }: RoundMet, at: number): Observation {
  const known = hasMetrics ? { waiting } : { waiting: null, running: null, kvUse: null };
  const service = hasMetrics ? {} : { ttft: null, tpot: null };
  return seen(role(counts.prefill ?? 0, known), role(counts.decode ?? 0, known), { at, ...service });
}

function always(holds: (settings: ControlSettings, steps: readonly Step[]) => void, settings = anySettings): void {
  fc.assert(
    fc.property(settings, anyCounts, anyRounds, (rules, start, rounds) => holds(rules, stepsOf(rules, start, rounds))),
    { numRuns: 80 },
  );
}

describe('the rules of scaling, always', () => {
  it('never go over the budget, nor further over it than the fleet was', () => {
    always(({ limits }, steps) => {
      for (const { before, after } of steps)
        assert.ok(gpusOf(after, limits) <= Math.max(limits.maxGpus, gpusOf(before, limits)));
    });
  });

  it('keep the ratio wherever it was kept before', () => {
    always(({ limits }, steps) => {
      for (const { before, after } of steps) if (isRatioKept(before, limits)) assert.ok(isRatioKept(after, limits));
    });
  });

  it('never leave the limits, once within', () => {
    always(({ limits }, steps) => {
      for (const { before, after } of steps)
        if (brokenRule(before, limits) === null) assert.equal(brokenRule(after, limits), null);
    });
  });

  it('never go more than maxStep off the current count in mode Bounded', () => {
    const bounded = anySettings.map((settings): ControlSettings => ({
      ...settings,
      mode: 'Bounded',
      maxStep: settings.maxStep ?? 1,
    }));
    always(({ maxStep }, steps) => {
      for (const { before, after } of steps)
        for (const pool of ['prefill', 'decode'] as const)
          assert.ok(Math.abs(after[pool]! - before[pool]!) <= maxStep!);
    }, bounded);
  });

  it('never exceed the pace that behavior allows, over any of its periods', () => {
    always((settings, steps) => {
      for (const pool of ['prefill', 'decode'] as const) assertPace(settings, steps, pool);
    });
  });

  it('change nothing when none is set', () => {
    fc.assert(
      fc.property(anyLimits, anyCounts, anyRounds, (limits, start, rounds) => {
        const plain = { ...splitSettings, limits, table: plantedTable(limits) };
        assert.deepEqual(stepsOf({ ...plain, ...PLAIN_RULES }, start, rounds), stepsOf(plain, start, rounds));
      }),
      { numRuns: 20 },
    );
    assert.deepEqual(rulesOf({}), PLAIN_RULES);
  });

  it('decide the same in every mode that does not bound', () => {
    fc.assert(
      fc.property(anySettings, anyCounts, anyRounds, (settings, start, rounds) => {
        const steps = (mode: ScalingRules['mode']) => stepsOf({ ...settings, mode }, start, rounds);
        assert.deepEqual(steps('Shadow'), steps('Auto'));
        assert.deepEqual(steps('Recommend'), steps('Auto'));
      }),
      { numRuns: 20 },
    );
    assert.deepEqual(
      ['Shadow', 'Recommend', 'Bounded', 'Auto'].map((mode) => isWriting(mode as ScalingRules['mode'])),
      [false, false, true, true],
    );
  });

  it('give records that replay to the same bytes', () => {
    fc.assert(
      fc.property(anySettings, anyCounts, anyRound, (settings, counts, round) => {
        const state = { ...initialState(), forecast: { originAt: 0, requests: sureForecast([round.rate, 1, 20]) } };
        const text = writeRecord(decideOnRecord(settings, state, observed(counts, round, 0), 0));
        assert.equal(writeRecord(replayRecord(readRecord(text))), text);
      }),
      { numRuns: 60 },
    );
  });
});

/** After every rise, the count against what each period allows from the count at its beginning; and downwards. */
function assertPace({ behavior }: ControlSettings, steps: readonly Step[], pool: 'prefill' | 'decode'): void {
  for (const { at, before, after } of steps) {
    const change = after[pool]! - before[pool]!;
    const rules = change > 0 ? behavior?.scaleUp : behavior?.scaleDown;
    if (change === 0 || rules === undefined) continue;
    assert.notEqual(rules.selectPolicy, 'Disabled');
    const keeps = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
      const start = steps.find((step) => step.at > at - periodSeconds)!.before[pool]!;
      const allowed = type === 'Pods' ? value : Math.ceil((start * value) / 100);
      return Math.sign(change) * (after[pool]! - start) <= allowed;
    });
    if (keeps.length > 0) assert.ok(rules.selectPolicy === 'Min' ? keeps.every(Boolean) : keeps.some(Boolean));
  }
}

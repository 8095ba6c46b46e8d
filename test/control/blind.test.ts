import assert from 'node:assert/strict';
import { decide, initialState, isBlind, type ControlSettings, type ControlState } from '../../src/control/index.js';
import { knowing, role, seen, splitSettings } from '../helpers/control.js';

const unknown = { waiting: null, running: null, kvUse: null };
const quiet = (prefill: number, decode: number) =>
  seen(role(prefill, unknown), role(decode, unknown), { ttft: null, tpot: null });
const falling = Array<number>(30).fill(1);
const settings: ControlSettings = {
  ...splitSettings,
  fallback: { afterSeconds: 300, replicas: { prefill: 2, decode: 4 } },
};

/** Decides every 15 s on what is seen then, taking each decision over; what was decided, by second. */
function decisionsOver(
  seconds: number,
  rules: ControlSettings,
  see: (now: number, counts: { prefill: number; decode: number }) => ReturnType<typeof seen> | null,
) {
  let state: ControlState = knowing(falling);
  let counts = { prefill: 1, decode: 1 };
  const said = new Map<number, string>();
  for (let now = 0; now <= seconds; now += 15) {
    const result = decide(rules, state, see(now, counts), now);
    state = result.state;
    if (result.decision.kind === 'scale') counts = { ...counts, ...result.decision.targets };
    said.set(now, `${result.decision.kind} ${result.decision.reason} ${counts.prefill}:${counts.decode}`);
  }
  return said;
}

describe('missing metrics', () => {
  it('are a service that says nothing at all', () => {
    assert.ok(isBlind(quiet(1, 1)));
    assert.ok(!isBlind({ ...quiet(1, 1), ttft: 0.2 }));
    assert.ok(
      !isBlind({ ...quiet(1, 1), closedBins: [{ endsAt: 0, requests: 0, promptTokens: null, outputTokens: null }] }),
    );
    assert.ok(
      isBlind({ ...quiet(1, 1), closedBins: [{ endsAt: 0, requests: null, promptTokens: null, outputTokens: null }] }),
    );
    assert.ok(!isBlind(seen(role(1, { ...unknown, waiting: 0 }), role(1, unknown), { ttft: null, tpot: null })));
  });

  it('are missing where requests arrive, however much the decode pool says', () => {
    const lost = seen(role(1, unknown), role(1), { ttft: null, tpot: 0.02 });
    assert.ok(isBlind(lost));
    assert.ok(!isBlind(seen(role(1), role(1, unknown), { ttft: null, tpot: null })));
    const said = decisionsOver(300, settings, (_, { prefill, decode }) =>
      seen(role(prefill, unknown), role(decode), { ttft: null, tpot: 0.02 }),
    );
    assert.equal(said.get(285), 'hold no-data 1:1');
    assert.equal(said.get(300), 'scale fallback 2:4');
  });

  it('hold the fleet where it is when there is no fallback, whatever the forecast says', () => {
    const said = decisionsOver(3600, splitSettings, (_, { prefill, decode }) => quiet(prefill, decode));
    assert.deepEqual(new Set(said.values()), new Set(['hold no-data 1:1']));
  });

  it('hold for as long as the fallback says, then hold the fallback', () => {
    const said = decisionsOver(330, settings, (_, { prefill, decode }) => quiet(prefill, decode));
    assert.equal(said.get(285), 'hold no-data 1:1');
    assert.equal(said.get(300), 'scale fallback 2:4');
    assert.equal(said.get(315), 'hold fallback 2:4');
  });

  it('begin anew after every sign of life', () => {
    const said = decisionsOver(330, settings, (now, { prefill, decode }) =>
      now === 30 ? seen(role(prefill), role(decode)) : quiet(prefill, decode),
    );
    assert.equal(said.get(315), 'hold no-data 1:1');
    assert.equal(said.get(330), 'hold no-data 1:1');
  });

  it('last through rounds in which not even the replicas were known', () => {
    const said = decisionsOver(300, settings, (now, { prefill, decode }) =>
      now > 0 && now < 300 ? null : quiet(prefill, decode),
    );
    assert.equal(said.get(300), 'scale fallback 2:4');
  });

  it('reach the fallback at the pace that is allowed', () => {
    const bounded: ControlSettings = { ...settings, mode: 'Bounded', maxStep: 1 };
    const said = decisionsOver(345, bounded, (_, { prefill, decode }) => quiet(prefill, decode));
    assert.deepEqual(
      [300, 315, 330, 345].map((now) => said.get(now)),
      ['scale fallback 2:2', 'scale fallback 2:3', 'scale fallback 2:4', 'hold fallback 2:4'],
    );
  });

  it('keep the fallback through the stabilization window when metrics return', () => {
    const said = decisionsOver(660, settings, (now, { prefill, decode }) =>
      now < 315 ? quiet(prefill, decode) : seen(role(prefill), role(decode)),
    );
    assert.equal(said.get(315), 'hold cooldown 2:4');
    assert.equal(said.get(585), 'hold cooldown 2:4');
    assert.equal(said.get(600), 'scale scale-down 1:1');
  });

  it('do not keep a fleet that is not allowed', () => {
    const { decision } = decide(splitSettings, initialState(), quiet(0, 2), 0);
    assert.deepEqual(decision, { kind: 'scale', targets: { prefill: 1, decode: 2 }, reason: 'limits' });
    const dear = decide(splitSettings, initialState(), quiet(6, 6), 0).decision;
    assert.ok(dear.kind === 'scale' && dear.reason === 'limits');
    assert.equal(dear.targets.prefill! + dear.targets.decode!, 8);
  });

  it('are remembered no longer than a stabilization window, however long they last', () => {
    let state = initialState();
    for (let now = 0; now <= 7200; now += 15) ({ state } = decide(settings, state, quiet(2, 4), now));
    assert.ok(state.wishes.length <= 300 / 15 + 1, `${state.wishes.length} wishes`);
  });

  it('are said to limit when a rule keeps the fleet from the fallback', () => {
    const fixed: ControlSettings = { ...settings, behavior: { scaleUp: { selectPolicy: 'Disabled' } } };
    const state = { ...initialState(), blindSince: -300 };
    const { decision, limits } = decide(fixed, state, quiet(1, 1), 0);
    assert.deepEqual(decision, { kind: 'hold', reason: 'limited' });
    assert.deepEqual(limits, ['scale-up-pace']);
  });
});

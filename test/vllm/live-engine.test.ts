import assert from 'node:assert/strict';
import { DEFAULT_SCHEDULER, kvUseOf, simulate } from '../../src/serving/index.js';
import {
  openLiveEngine,
  submitJob,
  type EngineObserver,
  type LiveEngine,
  type LiveJob,
} from '../../src/vllm/emulator/live-engine.js';
import { manualClock, type ManualClock } from '../helpers/manual-clock.js';
import { chatTrace, PLAIN_PROFILE } from '../helpers/serving.js';

const QUIET: EngineObserver = {
  tokens: () => undefined,
  ended: () => undefined,
  preempted: () => undefined,
  step: () => undefined,
};

function open(profile = PLAIN_PROFILE, observer = QUIET): { engine: LiveEngine; clock: ManualClock } {
  const clock = manualClock();
  return { engine: openLiveEngine(profile, DEFAULT_SCHEDULER, clock, observer), clock };
}

function job(arrivedAt: number, promptTokens: number, outputTokens: number, onTokens = (): void => undefined): LiveJob {
  const times = { scheduledAt: NaN, firstTokenAt: NaN, lastTokenAt: NaN };
  return { promptTokens, outputTokens, endsBy: 'length', maxTokens: null, arrivedAt, ...times, tokens: 0, onTokens };
}

describe('the live engine', () => {
  it('gives every token at the moment at which the simulation of the same requests has it', () => {
    const trace = chatTrace(400, 20);
    // So few KV blocks that requests are preempted.
    const profile = { ...PLAIN_PROFILE, kvTokensCapacity: 30_000 };
    const simulated = simulate(trace, { profile, counts: { serve: 1 } });
    assert.ok(simulated.instances[0]!.preemptions > 0);
    let preemptions = 0;
    let tokens = 0;
    const { engine, clock } = open(profile, {
      ...QUIET,
      preempted: () => preemptions++,
      step: (_, generated) => (tokens += generated),
    });
    const jobs = Array.from(trace.arrival, (at, i) => {
      clock.moveTo(at);
      const live = job(at, trace.promptTokens[i]!, trace.outputTokens[i]!);
      submitJob(engine, live, null);
      return live;
    });
    clock.moveTo(1e6);
    assert.equal(preemptions, simulated.instances[0]!.preemptions);
    assert.equal(
      tokens,
      trace.outputTokens.reduce((sum, count) => sum + count, 0),
    );
    jobs.forEach((live, i) => {
      assert.ok(Math.abs(live.firstTokenAt - live.arrivedAt - simulated.ttft[i]!) < 1e-6);
      assert.ok(Math.abs(live.lastTokenAt - live.arrivedAt - simulated.e2e[i]!) < 1e-6);
      assert.ok(live.scheduledAt >= live.arrivedAt && live.scheduledAt < live.firstTokenAt);
    });
  });

  it('loses no time when it is woken late', () => {
    const { engine, clock } = open();
    const given: number[] = [];
    const live = job(0, 100, 5, () => given.push(clock.now()));
    submitJob(engine, live, null);
    const wake = engine.alarm!;
    wake.cancel(); // the timer that should have come at 0 comes at 0.125
    clock.moveTo(0.125);
    engine.clock.at(0.125, () => submitJob(engine, job(0.125, 1, 1), null));
    clock.moveTo(0.2);
    // 100 ms of prefill, steps of 10 ms; the second request joins the step that starts at 0.13: 2 ms for two tokens, and 10 ms.
    assert.equal(live.firstTokenAt, 0.1);
    assert.ok(Math.abs(live.lastTokenAt - 0.142) < 1e-9);
    assert.ok(given.every((at) => at >= 0.125));
  });

  it('starts a request whose KV is on its way when that has come, without its prefill', () => {
    const { engine, clock } = open();
    const live = job(0, 1000, 3);
    submitJob(engine, live, 0.25);
    clock.moveTo(10);
    assert.equal(live.scheduledAt, 0.25);
    assert.ok(Math.abs(live.firstTokenAt - 0.26) < 1e-9);
    assert.ok(Math.abs(live.lastTokenAt - 0.28) < 1e-9);
  });

  it('frees what a cancelled request holds when the step in progress ends, and tells it nothing more', () => {
    const ended: string[] = [];
    const { engine, clock } = open(PLAIN_PROFILE, { ...QUIET, ended: (_, reason) => ended.push(reason) });
    let told = 0;
    const cancel = submitJob(
      engine,
      job(0, 100, 1000, () => told++),
      null,
    );
    clock.moveTo(0.155);
    assert.equal(told, 6);
    cancel();
    cancel();
    assert.ok(kvUseOf(engine.replica, clock.now()) > 0);
    clock.moveTo(0.161);
    assert.equal(kvUseOf(engine.replica, clock.now()), 0);
    assert.equal(engine.replica.outstanding, 0);
    clock.moveTo(20);
    assert.equal(told, 6);
    assert.deepEqual(ended, ['abort']);
  });

  it('takes a request away that waits, and one whose last token comes with the step', () => {
    const { engine, clock } = open();
    submitJob(engine, job(0, 100, 1), null);
    const cancels = [submitJob(engine, job(0, 100, 1), null)];
    clock.moveTo(0.05);
    cancels.push(submitJob(engine, job(0.05, 100, 1), null));
    cancels.forEach((cancel) => cancel());
    clock.moveTo(5);
    assert.equal(engine.replica.outstanding, 0);
    assert.equal(engine.freeRows.length, 3);
  });

  it('uses rows again, and grows when more requests are there at once', () => {
    const { engine, clock } = open();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 150; i++) submitJob(engine, job(clock.now(), 10, 5), null);
      clock.moveTo(clock.now() + 100);
    }
    assert.equal(engine.jobs.length, 150);
    assert.equal(engine.replica.outstanding, 0);
  });
});

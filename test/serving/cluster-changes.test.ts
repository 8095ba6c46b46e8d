import assert from 'node:assert/strict';
import {
  advanceCluster,
  changeRoles,
  clusterResults,
  failInstance,
  finishCluster,
  launchInstance,
  loadProfile,
  observeCluster,
  openCluster,
  Outcome,
  simulate,
  sloAttainment,
  SCHEDULING_POLICIES,
} from '../../src/serving/index.js';
import { chatTrace, PLAIN_PROFILE, traceOf } from '../helpers/serving.js';

const profile = loadProfile('h100-llama-3.1-8b-bf16');

describe('an instance that fails', () => {
  it('takes its requests with it, and no others', () => {
    const cluster = openCluster({ profile, trace: chatTrace(600, 30) });
    for (let i = 0; i < 2; i++) launchInstance(cluster, 'serve', 0);
    const lost = failInstance(cluster, 0, 8);
    const { outcome, instances } = finishCluster(cluster);
    assert.ok(lost > 0);
    assert.equal(outcome.filter((kind) => kind === Outcome.lost).length, lost);
    assert.equal(outcome.filter((kind) => kind === Outcome.finished).length, 600 - lost);
    assert.equal(instances[0]!.gpuSeconds, 8);
  });

  it('has its requests started again by the router when asked to, none lost and none twice', () => {
    for (const [role, other] of [
      ['prefill', 'decode'],
      ['decode', 'prefill'],
    ] as const) {
      const cluster = openCluster({ profile, trace: chatTrace(600, 30) });
      for (const one of [role, role, other]) launchInstance(cluster, one, 0);
      failInstance(cluster, 0, 8, 'retry');
      const { outcome } = finishCluster(cluster);
      assert.ok(outcome.every((kind) => kind === Outcome.finished));
      assert.equal(cluster.results.finished, 600);
    }
  });
});

describe('a timeout', () => {
  const { finished, timedOut } = Outcome;

  it('counts from the arrival, through the router and the instance', () => {
    const trace = traceOf([
      [0, 20_000, 2],
      [5, 100, 2],
      [6, 100, 2],
    ]);
    const cluster = openCluster({ profile: PLAIN_PROFILE, trace, maxSeqs: 1, timeoutSeconds: 50 });
    launchInstance(cluster, 'serve', 30.5);
    const { outcome, ttft } = finishCluster(cluster);
    assert.deepEqual([...outcome], [timedOut, finished, finished], 'the first has no token at 50 s, and makes way');
    assert.ok(ttft[1]! > 45 && ttft.every((value) => !(value > 50)));
  });

  it('lets requests go at the router, also when no instance ever comes', () => {
    const cluster = openCluster({ profile: PLAIN_PROFILE, trace: traceOf([[0, 100, 2]]), timeoutSeconds: 30 });
    launchInstance(cluster, 'serve', 100);
    advanceCluster(cluster, 30);
    assert.equal(observeCluster(cluster).serve!.waiting, 1);
    advanceCluster(cluster, 31);
    assert.equal(observeCluster(cluster).serve!.waiting, 0);
    assert.deepEqual([...finishCluster(cluster).outcome], [timedOut]);
  });

  it('runs on in decode until the first token, and ends with it', () => {
    const trace = traceOf([
      [0, 100, 2001],
      [0, 100, 2001],
    ]);
    const counts = { prefill: 1, decode: 1 };
    const at = (firstToken: 'decode' | 'prefill'): number[] => {
      const results = simulate(trace, { profile: PLAIN_PROFILE, counts, firstToken, maxSeqs: 1, timeoutSeconds: 10 });
      return [...results.outcome];
    };
    assert.deepEqual(at('decode'), [finished, timedOut], 'the second waits for 20 s in decode');
    assert.deepEqual(at('prefill'), [finished, finished], 'prefill made its first token');
  });

  it('is not met by a first token that comes after it', () => {
    const of = (timeoutSeconds: number, counts: object): number[] => [
      ...simulate(traceOf([[0, 1000, 3]]), { profile: PLAIN_PROFILE, counts, timeoutSeconds }).outcome,
    ];
    assert.deepEqual([of(0.9, { serve: 1 }), of(1.1, { serve: 1 })], [[timedOut], [finished]]);
    // Prefill takes 1 s, the transfer 1.5 s, the step in decode 0.01 s.
    const split = { prefill: 1, decode: 1 };
    assert.deepEqual(
      [0.9, 2, 2.505, 2.52].map((seconds) => of(seconds, split)[0]),
      [timedOut, timedOut, timedOut, finished],
    );
  });

  it('is not started again with a request that is', () => {
    const trace = traceOf([
      [0, 2000, 2],
      [0, 2000, 2],
    ]);
    const cluster = openCluster({ profile: PLAIN_PROFILE, trace, timeoutSeconds: 3.5 });
    for (let i = 0; i < 2; i++) launchInstance(cluster, 'serve', 0);
    failInstance(cluster, 0, 1.9, 'retry');
    const { outcome, ttft } = finishCluster(cluster);
    assert.deepEqual([...outcome].sort(), [finished, timedOut], 'the one started again would have its token after 4 s');
    assert.ok(ttft.every((value) => !(value > 3.5)));
  });
});

describe('a change of roles', () => {
  it('does not come when the instance fails while it drains', () => {
    const cluster = openCluster({ profile: PLAIN_PROFILE, trace: traceOf([[0, 100, 1001]]) });
    for (const role of ['prefill', 'decode', 'decode'] as const) launchInstance(cluster, role, 0);
    advanceCluster(cluster, 5);
    changeRoles(cluster, 'decode', 'prefill', 2, 5, () => 3);
    const [busy] = cluster.decode!.draining;
    failInstance(cluster, busy!, 6);
    finishCluster(cluster);
    advanceCluster(cluster, 100);
    const { prefill } = observeCluster(cluster);
    assert.deepEqual([prefill!.ready, prefill!.starting.length], [2, 0], 'the idle one only');
    assert.equal(cluster.instances.length, 4);
  });

  it('drains, then serves in the new role after the time that it takes', () => {
    const cluster = openCluster({ profile: PLAIN_PROFILE, trace: traceOf([[0, 100, 1001]]), firstToken: 'prefill' });
    for (const role of ['prefill', 'decode', 'decode'] as const) launchInstance(cluster, role, 0);
    const [changed] = changeRoles(cluster, 'decode', 'prefill', 1, 2, () => 5);
    assert.equal(changed, 2, 'the emptier one');
    advanceCluster(cluster, 2);
    assert.deepEqual(observeCluster(cluster).prefill!.starting, [7]);
    advanceCluster(cluster, 7);
    assert.equal(observeCluster(cluster).prefill!.ready, 2);
  });

  it('waits for the last request of an instance, to the second', () => {
    const cluster = openCluster({ profile: PLAIN_PROFILE, trace: traceOf([[0, 100, 1001]]) });
    for (const role of ['prefill', 'prefill', 'decode'] as const) launchInstance(cluster, role, 0);
    changeRoles(cluster, 'decode', 'prefill', 1, 1, () => 3);
    advanceCluster(cluster, 60);
    const { instances } = clusterResults(cluster);
    const [drained, started] = [cluster.instances[2]!, cluster.instances[3]!];
    assert.ok(Math.abs(drained.stoppedAt - 10.71) < 1e-9, `${drained.stoppedAt}`);
    assert.equal(started.readyAt, drained.stoppedAt + 3);
    assert.ok(Math.abs(instances[2]!.gpuSeconds + instances[3]!.gpuSeconds - 60) < 1e-9, 'its GPU counts all the time');
  });
});

describe('scheduling policies', () => {
  const trace = chatTrace(3000, 60);
  const ttftOf = (policy: (typeof SCHEDULING_POLICIES)[number]): { short: number; long: number; all: number } => {
    const { ttft, outcome } = simulate(trace, { profile, counts: { serve: 1 }, policy, maxSeqs: 64 });
    assert.ok(outcome.every((kind) => kind === Outcome.finished));
    const mean = (keep: (prompt: number) => boolean): number => {
      const kept = [...ttft].filter((_, row) => keep(trace.promptTokens[row]!));
      return kept.reduce((sum, value) => sum + value, 0) / kept.length;
    };
    return { short: mean((prompt) => prompt < 100), long: mean((prompt) => prompt > 1200), all: mean(() => true) };
  };

  it('favour whom they name, and finish everything', () => {
    const [fcfs, srf, lrf, mlfq, batches] = SCHEDULING_POLICIES.map(ttftOf);
    assert.ok(srf!.short < fcfs!.short && srf!.long > fcfs!.long);
    assert.ok(lrf!.long < fcfs!.long && lrf!.short > fcfs!.short);
    assert.ok(mlfq!.short < fcfs!.short);
    assert.ok(batches!.all > 2 * fcfs!.all, 'whole batches lose to iteration-level batching');
  });

  it('start a prompt sooner when the prefix cache has a part of it', () => {
    const of = (prefixHitRate: number): number =>
      simulate(traceOf([[0, 1000, 2]]), { profile: PLAIN_PROFILE, counts: { serve: 1 }, prefixHitRate }).ttft[0]!;
    assert.ok(Math.abs(of(0) - 1) < 1e-9);
    assert.ok(Math.abs(of(0.5) - (1 - 0.496)) < 1e-9, 'whole blocks of 16 tokens');
    assert.ok(Math.abs(of(1) - 0.008) < 1e-9, 'the last position is always computed');
  });

  it('let requests go that wait for longer than the timeout, and count them as missed', () => {
    const slo = { ttft: 5, attainment: 0.9 };
    const results = simulate(trace, { profile, counts: { serve: 1 }, maxSeqs: 16, timeoutSeconds: 2 });
    const timedOut = results.outcome.filter((kind) => kind === Outcome.timedOut).length;
    assert.ok(timedOut > 100);
    assert.ok(results.ttft.every((value) => !(value > 2)));
    assert.ok(Math.abs(sloAttainment(results, slo) - (1 - timedOut / 3000)) < 1e-9);
  });
});

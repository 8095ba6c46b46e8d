import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import {
  advanceCluster,
  clusterResults,
  drainInstances,
  finishCluster,
  latencySince,
  launchInstance,
  loadProfile,
  observeCluster,
  openCluster,
  Outcome,
  simulate,
} from '../../src/serving/index.js';
import { chatTrace, PLAIN_PROFILE, traceOf } from '../helpers/serving.js';

const profile = loadProfile('h100-llama-3.1-8b-bf16');

describe('a cluster', () => {
  it('keeps requests at the router until an instance is ready', () => {
    const cluster = openCluster({ profile: PLAIN_PROFILE, trace: traceOf([[1, 100, 1]]) });
    launchInstance(cluster, 'serve', 10);
    advanceCluster(cluster, 5);
    const { waiting, starting, startingSince, ready } = observeCluster(cluster).serve!;
    assert.deepEqual([waiting, starting, startingSince, ready], [1, [10], [0], 0]);
    const { ttft, gpuSeconds } = finishCluster(cluster);
    assert.ok(Math.abs(ttft[0]! - 9.1) < 1e-9);
    assert.ok(Math.abs(gpuSeconds - 10.1) < 1e-9, 'starting counts as provisioned');
  });

  it('holds what prefill hands over until a decode instance is ready, and transfers it then', () => {
    const cluster = openCluster({ profile: PLAIN_PROFILE, trace: traceOf([[0, 100, 3]]) });
    launchInstance(cluster, 'prefill', 0);
    launchInstance(cluster, 'decode', 20);
    const { e2e } = finishCluster(cluster);
    assert.ok(Math.abs(e2e[0]! - 20.63) < 1e-9, `${e2e[0]}`);
  });

  it('leaves requests open that no instance can ever take, and ends all the same', () => {
    const cluster = openCluster({ profile: PLAIN_PROFILE, trace: traceOf([[0, 100, 3]]) });
    launchInstance(cluster, 'prefill', 0);
    assert.deepEqual([...finishCluster(cluster).outcome], [Outcome.open]);
  });

  it('drains the instances not yet ready first, then the emptiest, and lets it finish what it has', () => {
    const cluster = openCluster({
      profile: PLAIN_PROFILE,
      trace: traceOf([
        [0, 100, 101],
        [0, 100, 101],
        [0.05, 100, 101],
      ]),
    });
    for (const readyAt of [0, 0, 50]) launchInstance(cluster, 'serve', readyAt);
    advanceCluster(cluster, 0.5);
    assert.deepEqual(drainInstances(cluster, 'serve', 2, 1), [2, 1]);
    assert.deepEqual(drainInstances(cluster, 'decode', 1, 1), []);
    const { ready, draining, starting, running } = observeCluster(cluster).serve!;
    assert.deepEqual([ready, draining, starting, running], [1, 1, [], 3]);
    const { outcome, instances } = finishCluster(cluster);
    assert.deepEqual([...outcome], [1, 1, 1]);
    assert.equal(instances[2]!.gpuSeconds, 1);
    assert.ok(Math.abs(instances[1]!.gpuSeconds - 1.1) < 1e-9, 'draining counts as provisioned');
  });

  it('gives nothing new to a draining instance', () => {
    const trace = chatTrace(400, 20);
    const cluster = openCluster({ profile, trace });
    for (const role of ['serve', 'serve'] as const) launchInstance(cluster, role, 0);
    advanceCluster(cluster, 5);
    const before = clusterResults(cluster).instances.map(({ requests }) => requests);
    const [drained] = drainInstances(cluster, 'serve', 1, 5);
    const { instances, outcome } = finishCluster(cluster);
    assert.equal(instances[drained!]!.requests, before[drained!]);
    assert.ok(outcome.every((kind) => kind === Outcome.finished));
  });

  it('gives the same results however often it is looked at', () => {
    const trace = chatTrace(800, 60);
    for (const counts of [{ serve: 3 }, { prefill: 1, decode: 2 }]) {
      const whole = simulate(trace, { profile, counts });
      const cluster = openCluster({ profile, trace });
      for (const [role, count] of Object.entries(counts))
        for (let i = 0; i < count; i++) launchInstance(cluster, role as 'serve', 0);
      for (let at = 0.37; at < 14; at += 0.37) {
        advanceCluster(cluster, at);
        const kvUse = Object.values(observeCluster(cluster)).map((role) => role.kvUse);
        assert.ok(kvUse.every((share) => share >= 0 && share <= 1));
      }
      const { ttft, e2e } = finishCluster(cluster);
      assert.deepEqual([ttft, e2e], [whole.ttft, whole.e2e]);
    }
  });

  it('tells the mean latency of the requests that finished in a window', () => {
    const trace = chatTrace(500, 25);
    const cluster = openCluster({ profile, trace });
    launchInstance(cluster, 'serve', 0);
    for (const at of [5, 10, 15]) advanceCluster(cluster, at);
    const { ttft, e2e, outcome } = clusterResults(cluster);
    const inWindow = [...outcome.keys()].filter(
      (request) => outcome[request] === Outcome.finished && trace.arrival[request]! + e2e[request]! > 8,
    );
    const window = latencySince(cluster, 8);
    assert.equal(window.finished, inWindow.length);
    const expected = inWindow.reduce((sum, request) => sum + ttft[request]!, 0) / inWindow.length;
    assert.ok(Math.abs(window.ttft! - expected) < 1e-9);
    assert.deepEqual(latencySince(cluster, 15), { finished: 0, ttft: null, tpot: null });
  });

  it('starts where its trace does, and can be cut off', () => {
    const trace = {
      ...traceOf([
        [1000, 100, 1],
        [1001, 100, 100_000 - 200],
      ]),
      startSeconds: 990,
      endSeconds: 1002,
    };
    const cluster = openCluster({ profile: PLAIN_PROFILE, trace });
    launchInstance(cluster, 'serve', 990);
    const { outcome, gpuSeconds } = finishCluster(cluster, { limitSeconds: 8 });
    assert.deepEqual([...outcome], [Outcome.finished, Outcome.open]);
    assert.equal(gpuSeconds, 20);
  });

  it('refuses to mix colocated and split instances, to go back in time, and to promise the past', () => {
    const cluster = openCluster({ profile, trace: traceOf([]) });
    launchInstance(cluster, 'decode', 0);
    assert.throws(() => launchInstance(cluster, 'serve', 0), InputError);
    advanceCluster(cluster, 5);
    assert.throws(() => advanceCluster(cluster, 4), RangeError);
    assert.throws(() => launchInstance(cluster, 'decode', 4), RangeError);
    const colocated = openCluster({ profile, trace: traceOf([]) });
    launchInstance(colocated, 'serve', 0);
    assert.throws(() => launchInstance(colocated, 'decode', 0), InputError);
    const narrow = openCluster({ profile, trace: traceOf([]), maxSeqs: 8, tokenBudget: 4 });
    assert.throws(() => launchInstance(narrow, 'serve', 0), RangeError);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  advanceCluster,
  changeRoles,
  failInstance,
  finishCluster,
  goodput,
  loadProfile,
  openStatic,
  Outcome,
  parseRequestLog,
  requestLogText,
  SCHEDULING_POLICIES,
  simulate,
  type LatencyProfile,
  type Routing,
} from '../../src/serving/index.js';
import type { Trace } from '../../src/trace/index.js';
import { chatTrace, PLAIN_PROFILE, traceOf } from '../helpers/serving.js';

/** A cache so small that requests are preempted, and one of which some requests are too long. */
const TIGHT: LatencyProfile = {
  ...PLAIN_PROFILE,
  decode: { base: 0.0101237, perSequence: 0.000313, perContextToken: 1.37e-6 },
  kvTokensCapacity: 3200,
  maxModelTokens: 1500,
};
const ROUTINGS: readonly Routing[] = ['least-loaded', 'shortest-queue', 'round-robin'];

const traces = fc
  .array(
    fc.record({
      gap: fc.double({ min: 1e-3, max: 1, noNaN: true }),
      prompt: fc.integer({ min: 0, max: 1000 }),
      output: fc.integer({ min: 0, max: 600 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows) => {
    let at = 0;
    return traceOf(rows.map(({ gap, prompt, output }) => [(at += gap), prompt, output] as const));
  });
const counts = fc.oneof(
  fc.record({ serve: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ prefill: fc.integer({ min: 1, max: 3 }), decode: fc.integer({ min: 1, max: 3 }) }),
);
const rules = fc.record({
  routing: fc.constantFrom(...ROUTINGS),
  policy: fc.constantFrom(...SCHEDULING_POLICIES),
  firstToken: fc.constantFrom('decode' as const, 'prefill' as const),
  maxSeqs: fc.integer({ min: 1, max: 20 }),
  tokenBudget: fc.integer({ min: 32, max: 512 }),
  timeoutSeconds: fc.constantFrom(Infinity, 1, 5),
});

describe('a cluster, always', () => {
  it('ends, with every request ended once and as many tokens as were asked', () => {
    fc.assert(
      fc.property(traces, counts, rules, (trace, chosen, more) => {
        const { outcome, ttft, e2e, instances, endedAt } = simulate(trace, { profile: TIGHT, counts: chosen, ...more });
        assert.ok(Number.isFinite(endedAt));
        let asked = 0;
        outcome.forEach((found, request) => {
          assert.notEqual(found, Outcome.open);
          assert.equal(found === Outcome.failedInTrace, trace.outputTokens[request] === 0);
          assert.equal(found === Outcome.finished, !Number.isNaN(e2e[request]!));
          if (found === Outcome.finished) asked += trace.outputTokens[request]!;
          assert.ok(!(ttft[request]! > more.timeoutSeconds));
        });
        assert.equal(
          instances.reduce((sum, { tokens }) => sum + tokens, 0),
          asked,
        );
        for (const { decodeSequences, mixedSequences } of instances.map(({ steps }) => steps))
          assert.ok(Math.max(decodeSequences?.[1] ?? 0, mixedSequences?.[1] ?? 0) <= more.maxSeqs);
      }),
      { numRuns: 150 },
    );
  });

  it('ends also when instances fail and change roles on the way', () => {
    const changes = fc.array(fc.record({ at: fc.double({ min: 0, max: 60, noNaN: true }), isFailure: fc.boolean() }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(traces, rules, changes, (trace, more, chosen) => {
        const cluster = openStatic(trace, { profile: TIGHT, counts: { prefill: 3, decode: 4 }, ...more });
        for (const { at, isFailure } of chosen.sort((a, b) => a.at - b.at)) {
          if (isFailure) failInstance(cluster, cluster.instances.length - 1, at, 'retry');
          else changeRoles(cluster, 'prefill', 'decode', 1, at, () => 3);
        }
        const { outcome, ttft, endedAt } = finishCluster(cluster, { limitSeconds: 3600 });
        assert.ok(ttft.every((value) => !(value > more.timeoutSeconds)));
        assert.ok(Number.isFinite(endedAt));
        const isLeft = (role: string): boolean =>
          cluster.instances.some((instance) => instance.role === role && Number.isNaN(instance.stoppedAt));
        if (isLeft('prefill') && isLeft('decode')) assert.ok(outcome.every((found) => found !== Outcome.open));
      }),
      { numRuns: 60 },
    );
  });

  it('lets no request wait behind others while an instance is idle, and lets none idle that has requests', () => {
    const serves = fc.integer({ min: 2, max: 5 });
    const batches = fc.constantFrom(1, 3, 8);
    fc.assert(
      fc.property(traces, serves, batches, fc.constantFrom(...ROUTINGS), (trace, serve, maxSeqs, routing) => {
        const cluster = openStatic(trace, { profile: TIGHT, counts: { serve }, routing, maxSeqs, tokenBudget: 512 });
        const replicas = cluster.instances.map(({ replica }) => replica);
        const busy = (): number => replicas.filter(({ outstanding }) => outstanding > 0).length;
        for (const [request, at] of trace.arrival.entries()) {
          advanceCluster(cluster, Math.max(cluster.now, at - 1e-9));
          const before = busy();
          advanceCluster(cluster, at);
          const isServed = cluster.results.outcome[request] === Outcome.open;
          if (routing !== 'round-robin' && isServed) assert.equal(busy(), Math.min(serve, before + 1));
          advanceCluster(cluster, at + 1e-9);
          for (const { outstanding, stepEnd } of replicas) assert.equal(Number.isNaN(stepEnd), outstanding === 0);
        }
        const accepted = replicas.map((replica) => replica.accepted);
        if (routing === 'round-robin') assert.ok(Math.max(...accepted) - Math.min(...accepted) <= 1);
      }),
      { numRuns: 120 },
    );
  });

  it('is given back by its own log, replayed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), counts, fc.constantFrom(...ROUTINGS), (seed, chosen, routing) => {
        const trace = chatTrace(300, 12, seed);
        const deployment = { profile: loadProfile('h100-llama-3.1-8b-bf16'), counts: chosen, routing };
        const log = parseRequestLog(requestLogText(trace, simulate(trace, deployment)), 'log.csv');
        const rows = [...log.arrival].map((at, i) => [at, log.promptTokens[i]!, log.outputTokens[i]!] as const);
        const again = simulate(traceOf(rows), deployment);
        for (const key of ['ttft', 'e2e'] as const)
          again[key].forEach((value, request) => assert.ok(Math.abs(value - log[key][request]!) < 1e-9));
      }),
      { numRuns: 20 },
    );
  });

  it('serves no less within the SLO with twice the instances', () => {
    const profile = loadProfile('h100-llama-3.1-8b-bf16');
    const slo = fc.constantFrom({ ttft: 0.5, tpot: 0.03, attainment: 0.9 }, { e2e: 20, attainment: 0.95 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), counts, slo, (seed, chosen, bounds) => {
        const trace: Trace = chatTrace(400, 1, seed);
        const twice = Object.fromEntries(Object.entries(chosen).map(([role, count]) => [role, 2 * count]));
        const of = (instances: object): number => goodput(trace, { profile, counts: instances }, bounds).goodput;
        assert.ok(of(twice) >= of(chosen));
      }),
      { numRuns: 10 },
    );
  });
});

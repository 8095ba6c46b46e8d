import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  acceptRequest,
  advanceBySteps,
  advanceReplica,
  EventKind,
  kvUseOf,
  openReplica,
  refusalOf,
  SCHEDULING_POLICIES,
  type LatencyProfile,
  type Replica,
  type SchedulerOptions,
} from '../../src/serving/index.js';
import { PLAIN_PROFILE, traceOf } from '../helpers/serving.js';
import { TextbookEngine, type TextbookSetting } from '../helpers/textbook-engine.js';

/** Odd coefficients, so that no arrival falls on the end of a step by design; a cache so small that requests are preempted. */
const TIGHT: LatencyProfile = {
  ...PLAIN_PROFILE,
  decode: { base: 0.0101237, perSequence: 0.000313, perContextToken: 1.37e-6 },
  mixed: { base: 0.00317, perPadToken: 1e-5, perSequence: 0.0002, perContextToken: 1.1e-6 },
  kvTokensCapacity: 1600,
};

const requests = fc.array(
  fc.record({
    gap: fc.double({ min: 0, max: 2, noNaN: true }),
    prompt: fc.integer({ min: 1, max: 700 }),
    output: fc.integer({ min: 1, max: 800 }),
  }),
  { minLength: 1, maxLength: 60 },
);
const settings = fc.record({
  role: fc.constantFrom('serve' as const, 'prefill' as const, 'decode' as const),
  firstToken: fc.constantFrom('decode' as const, 'prefill' as const),
  maxSeqs: fc.integer({ min: 1, max: 40 }),
  tokenBudget: fc.integer({ min: 40, max: 600 }),
});
const caches = fc.record({
  prefixHitRate: fc.constantFrom(0, 0.4, 1),
  timeoutSeconds: fc.constantFrom(Infinity, 3),
});

type Drawn = { gap: number; prompt: number; output: number }[];
type Settings = (typeof settings extends fc.Arbitrary<infer T> ? T : never) & Partial<SchedulerOptions>;

function replicaFor(
  drawn: Drawn,
  { role, firstToken, ...scheduler }: Settings,
): { replica: Replica; arrival: Float64Array } {
  let at = 0;
  const rows = drawn.map(({ gap, prompt, output }) => [(at += gap), prompt, output] as const);
  // Where prefill makes the first token, a request of one token never reaches decode.
  const least = role === 'decode' && firstToken === 'prefill' ? 2 : 1;
  const trace = traceOf(rows.map(([arrival, prompt, output]) => [arrival, prompt, Math.max(least, output)]));
  return {
    replica: openReplica({ role, profile: TIGHT, requests: trace, scheduler, firstToken }),
    arrival: trace.arrival,
  };
}

function run(drawn: Drawn, chosen: Settings, advance: typeof advanceReplica, everyCut: boolean): Replica {
  const { replica, arrival } = replicaFor(drawn, chosen);
  arrival.forEach((at, request) => {
    if (refusalOf(TIGHT, drawn[request]!.prompt, drawn[request]!.output + 1)) return;
    // Halves of the smallest numbers are rounded up.
    if (everyCut) advance(replica, Math.min(at, at / 2 + (request > 0 ? arrival[request - 1]! : 0) / 2));
    advance(replica, at);
    acceptRequest(replica, request, at);
    checkState(replica);
  });
  advance(replica, Infinity);
  checkState(replica);
  return replica;
}

/** KV is never negative nor over capacity, and equals what the running requests hold when nothing runs. */
function checkState(replica: Replica): void {
  assert.ok(replica.freeBlocks >= 0 && replica.freeBlocks <= replica.totalBlocks);
  assert.ok(replica.running <= replica.scheduler.maxSeqs && replica.sequences <= replica.running);
  if (replica.running === 0) assert.equal(replica.freeBlocks, replica.totalBlocks);
}

const eventsOf = ({ events }: Replica): [number, number, number][] =>
  Array.from({ length: events.count }, (_, row) => [events.request[row]!, events.kind[row]!, events.at[row]!] as const)
    .map(([request, kind, at]): [number, number, number] => [request, kind, at])
    .sort((a, b) => a[0] - b[0] || a[2] - b[2] || a[1] - b[1]);

/** The same happens to the same requests, at the same times within 1e-9 s. */
function areAlike(ours: [number, number, number][], theirs: [number, number, number][]): void {
  assert.deepEqual(
    ours.map(([request, kind]) => [request, kind]),
    theirs.map(([request, kind]) => [request, kind]),
  );
  ours.forEach(([, , at], row) => assert.ok(Math.abs(at - theirs[row]![2]) < 1e-9));
}

describe('the engine', () => {
  it('jumps to the same times as the step-by-step engine, within 1e-9 s', () => {
    fc.assert(
      fc.property(requests, settings, (drawn, chosen) => {
        const fast = eventsOf(run(drawn, chosen, advanceReplica, false));
        areAlike(fast, eventsOf(run(drawn, chosen, advanceBySteps, true)));
      }),
      { numRuns: 300 },
    );
  });

  it('gives the times of the textbook engine, which touches every request in every step, within 1e-9 s', () => {
    fc.assert(
      fc.property(requests, settings, (drawn, chosen) => {
        areAlike(eventsOf(run(drawn, chosen, advanceReplica, false)), textbook(drawn, chosen));
      }),
      { numRuns: 200 },
    );
  });

  for (const policy of SCHEDULING_POLICIES)
    it(`gives the times of both under ${policy}, with a prefix cache and a timeout`, () => {
      fc.assert(
        fc.property(requests, settings, caches, (drawn, chosen, more) => {
          const all = { ...chosen, ...more, policy: chosen.role === 'decode' ? 'fcfs' : policy }; // decode serves as the KV comes
          const fast = eventsOf(run(drawn, all, advanceReplica, false));
          areAlike(fast, eventsOf(run(drawn, all, advanceBySteps, true)));
          areAlike(fast, textbook(drawn, all));
          const endings: number[] = [EventKind.finished, EventKind.prefilled, EventKind.timedOut];
          const accepted = drawn.filter(({ prompt, output }) => !refusalOf(TIGHT, prompt, output + 1)).length;
          assert.equal(fast.filter(([, kind]) => endings.includes(kind)).length, accepted);
        }),
        { numRuns: 150 },
      );
    });

  it('holds as many KV blocks in every step as the textbook engine, and never more than there are', () => {
    fc.assert(
      fc.property(requests, settings, (drawn, chosen) => {
        const steps: [middle: number, blocks: number][] = [];
        textbook(drawn, chosen, (start, end, blocks) => {
          if (end - start > 1e-6) steps.push([(start + end) / 2, blocks]);
        });
        const { replica, arrival } = replicaFor(drawn, chosen);
        const looks = [...steps];
        const lookUntil = (to: number): void => {
          for (; looks.length > 0 && looks[0]![0] < to; looks.shift()) {
            const [at, blocks] = looks[0]!;
            advanceReplica(replica, at);
            assert.ok(blocks <= replica.totalBlocks);
            assert.equal(Math.round(kvUseOf(replica, at) * replica.totalBlocks), blocks);
          }
        };
        arrival.forEach((at, request) => {
          if (refusalOf(TIGHT, drawn[request]!.prompt, drawn[request]!.output + 1)) return;
          lookUntil(at);
          advanceReplica(replica, at);
          acceptRequest(replica, request, at);
        });
        lookUntil(Infinity);
      }),
      { numRuns: 100 },
    );
  });

  it('does not depend on how often it is asked to advance', () => {
    fc.assert(
      fc.property(requests, settings, (drawn, chosen) => {
        assert.deepEqual(
          eventsOf(run(drawn, chosen, advanceReplica, true)),
          eventsOf(run(drawn, chosen, advanceReplica, false)),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('ends every request exactly once, with as many tokens as were asked', () => {
    fc.assert(
      fc.property(requests, settings, (drawn, chosen) => {
        const replica = run(drawn, chosen, advanceReplica, false);
        const events = eventsOf(replica);
        const ends = events.filter(([, kind]) => kind === EventKind.finished || kind === EventKind.prefilled);
        const ended = ends.map(([request]) => request);
        assert.equal(replica.outstanding, 0);
        assert.equal(replica.outstandingTokens, 0);
        assert.equal(ended.length, replica.accepted);
        assert.equal(new Set(ended).size, ended.length);
        assert.equal(replica.tokensOut, tokensAsked(replica, ended, chosen));
      }),
      { numRuns: 200 },
    );
  });

  it('preempts when the cache is short, and still finishes', () => {
    const drawn = Array.from({ length: 20 }, () => ({ gap: 0.01, prompt: 60, output: 700 }));
    const chosen: Settings = { role: 'serve', firstToken: 'decode', maxSeqs: 40, tokenBudget: 600 };
    const replica = run(drawn, chosen, advanceReplica, false);
    assert.ok(replica.preemptions > 0);
    assert.equal(replica.outstanding, 0);
  });
});

function textbook(drawn: Drawn, chosen: Settings, onStep?: TextbookSetting['onStep']): [number, number, number][] {
  const { replica, arrival } = replicaFor(drawn, chosen);
  const { role, firstToken, ...scheduler } = chosen;
  const told = onStep ? { onStep } : {};
  const engine = new TextbookEngine({ role, firstToken, profile: TIGHT, scheduler, ...told }, replica.requests);
  arrival.forEach((at, request) => {
    if (refusalOf(TIGHT, drawn[request]!.prompt, drawn[request]!.output + 1)) return;
    engine.advance(at);
    engine.accept(request, at);
  });
  engine.advance(Infinity);
  return engine.events
    .map((event): [number, number, number] => [...event])
    .sort((a, b) => a[0] - b[0] || a[2] - b[2] || a[1] - b[1]);
}

function tokensAsked({ requests: { outputTokens } }: Replica, ended: number[], { role, firstToken }: Settings): number {
  const all = ended.reduce((sum, request) => sum + outputTokens[request]!, 0);
  if (role === 'prefill') return firstToken === 'prefill' ? ended.length : 0;
  return role === 'decode' && firstToken === 'prefill' ? all - ended.length : all;
}

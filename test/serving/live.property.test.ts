import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  acceptRequest,
  advanceBySteps,
  cancelRequest,
  changeOnce,
  eachRunning,
  EventKind,
  isBetweenSteps,
  kvUseOf,
  nextChange,
  openReplica,
  type LatencyProfile,
  type Replica,
} from '../../src/serving/index.js';
import { PLAIN_PROFILE, traceOf } from '../helpers/serving.js';

/** A cache so small that requests are preempted. */
const TIGHT: LatencyProfile = { ...PLAIN_PROFILE, kvTokensCapacity: 1600 };

const drawnRequests = fc.array(
  fc.record({
    gap: fc.double({ min: 0, max: 2, noNaN: true }),
    prompt: fc.integer({ min: 1, max: 700 }),
    output: fc.integer({ min: 1, max: 800 }),
    isLoaded: fc.boolean(),
    /** Cancelled at the first end of a step so long after its arrival; never when absent. */
    cancelAfter: fc.option(fc.double({ min: 0, max: 8, noNaN: true })),
  }),
  { minLength: 1, maxLength: 30 },
);
type Drawn = typeof drawnRequests extends fc.Arbitrary<infer T> ? T : never;

/** Steps a replica through everything, as a server does: told of each change, cancelling between steps. */
function live(drawn: Drawn): { replica: Replica; tokens: Map<number, number>; cancelled: Set<number> } {
  let clock = 0;
  const arrivals = drawn.map(({ gap }) => (clock += gap));
  const trace = traceOf(drawn.map(({ prompt, output }, i) => [arrivals[i]!, prompt, output]));
  const replica = openReplica({ role: 'serve', profile: TIGHT, requests: trace, scheduler: SCHEDULER });
  const tokens = new Map<number, number>();
  const cancelled = new Set<number>();
  const runTo = (to: number): void => {
    while (changeOnce(replica, to) !== null) {
      if (!isBetweenSteps(replica)) continue;
      eachRunning(replica, (request, count) => {
        const before = tokens.get(request) ?? 0;
        assert.ok(count === before || count === before + 1, `request ${request}: ${count} tokens after ${before}`);
        tokens.set(request, count);
      });
      for (const [request, { cancelAfter }] of drawn.entries())
        if (cancelAfter !== null && replica.time >= arrivals[request]! + cancelAfter && !cancelled.has(request))
          if (cancelRequest(replica, request)) cancelled.add(request);
    }
  };
  drawn.forEach(({ isLoaded }, request) => {
    runTo(arrivals[request]!);
    acceptRequest(replica, request, arrivals[request]!, isLoaded);
  });
  runTo(Infinity);
  return { replica, tokens, cancelled };
}

const SCHEDULER = { maxSeqs: 12, tokenBudget: 256 };

describe('a replica that is stepped live', () => {
  it('finishes every request that is not cancelled, and holds no KV at the end', () => {
    fc.assert(
      fc.property(drawnRequests, (drawn) => {
        const { replica, cancelled } = live(drawn);
        const { count, kind } = replica.events;
        const finished = kind.subarray(0, count).filter((event) => event === EventKind.finished).length;
        assert.equal(finished + cancelled.size, drawn.length);
        assert.deepEqual(
          [replica.outstanding, replica.outstandingTokens, replica.sequences, replica.contextSum, replica.queue.length],
          [0, 0, 0, 0, 0],
        );
        assert.equal(kvUseOf(replica, replica.time), 0);
        assert.equal(nextChange(replica), Infinity);
      }),
      { numRuns: 60 },
    );
  });

  it('counts the tokens of each request one by one, up to the one before its last', () => {
    fc.assert(
      fc.property(drawnRequests, (drawn) => {
        const { tokens, cancelled } = live(drawn.map((request) => ({ ...request, cancelAfter: null })));
        assert.equal(cancelled.size, 0);
        // A request that ends is no longer running: its last token is told by its event.
        drawn.forEach(({ output }, request) => assert.equal(tokens.get(request) ?? 0, output - 1));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses to cancel while a step is in progress, and knows whom it does not have', () => {
    const replica = openReplica({ role: 'serve', profile: TIGHT, requests: traceOf([[0, 5, 5]]) });
    assert.equal(cancelRequest(replica, 0), false);
    acceptRequest(replica, 0, 0);
    assert.equal(nextChange(replica), 0);
    assert.equal(changeOnce(replica, 0.001), 'started');
    assert.throws(() => cancelRequest(replica, 0), RangeError);
  });

  it('computes the prompt of a request without its KV, also on a decode replica', () => {
    const requests = traceOf([
      [0, 100, 2],
      [0, 100, 2],
    ]);
    const first = (isLoaded: boolean): number => {
      const replica = openReplica({ role: 'decode', profile: PLAIN_PROFILE, requests });
      acceptRequest(replica, 0, 0, isLoaded);
      advanceBySteps(replica, Infinity);
      return replica.events.at[0]!;
    };
    assert.equal(first(true), 0.01);
    assert.equal(first(false), 0.1);
  });
});

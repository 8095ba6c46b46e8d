import { jumpAhead, cutJump } from './jump.js';
import type { Replica } from './replica.js';
import { queueKey } from './scheduling.js';
import { endStep, startStep } from './step.js';
import { enqueue } from './wait-queue.js';

/**
 * Hands a request to a replica. It must fit (`refusalOf`), and have at least one output token.
 *
 * @param at when it arrives: not before the moment that the replica was advanced to
 * @param isLoaded whether the KV of its prompt comes with it; unless said, that is so on a decode replica
 */
export function acceptRequest(
  replica: Replica,
  request: number,
  at: number,
  isLoaded: boolean = replica.role === 'decode',
): void {
  enqueue(replica.queue, request, at, isLoaded ? 1 : 0, isLoaded ? at : queueKey(replica, request, at, 0));
  replica.outstanding++;
  replica.outstandingTokens += replica.requests.promptTokens[request]!;
  replica.accepted++;
  cutJump(replica);
}

/**
 * Runs a replica up to a moment; its events are appended to its log. What ends at `to` ends; a step that would start at `to`
 * waits for the next call, so that whatever arrives at `to` takes part in it. Steps in progress stay in progress, so how
 * often the way is cut changes nothing.
 *
 * @param to seconds, not before the last call's; Infinity: until nothing is left to do
 */
export function advanceReplica(replica: Replica, to: number): void {
  while (!(replica.stepEnd > to)) {
    if (!Number.isNaN(replica.stepEnd)) endStep(replica);
    const start = nextStart(replica);
    if (!(start < to)) return;
    replica.time = start;
    startStep(replica);
    jumpAhead(replica);
  }
}

/** When the next step of a replica between steps starts; Infinity when there is nothing to do. */
function nextStart({ running, queue, time }: Replica): number {
  if (running > 0) return time;
  return queue.length === 0 ? Infinity : Math.max(time, queue.at[queue.head]!);
}

/**
 * The same as `advanceReplica`, one step after the other: the plain engine, kept as the reference of the fast one.
 *
 * @param to as there
 */
export function advanceBySteps(replica: Replica, to: number): void {
  while (changeOnce(replica, to) !== null);
}

/**
 * Does the next one thing of a replica that is stepped: ends the step in progress, or starts the next one. `replica.time` is then the
 * moment at which it happened. For who must act at each step as it happens, such as a server that streams tokens.
 *
 * @param to as for `advanceReplica`, which must not be used on the same replica
 * @returns what was done; null when nothing more happens up to `to`
 */
export function changeOnce(replica: Replica, to: number): 'ended' | 'started' | null {
  if (!Number.isNaN(replica.stepEnd)) {
    if (replica.stepEnd > to) return null;
    endStep(replica);
    return 'ended';
  }
  const start = nextStart(replica);
  if (!(start < to)) return null;
  replica.time = start;
  startStep(replica);
  return 'started';
}

/** When `changeOnce` has something to do next; Infinity: not before a request is accepted. */
export function nextChange(replica: Replica): number {
  return Number.isNaN(replica.stepEnd) ? nextStart(replica) : replica.stepEnd;
}

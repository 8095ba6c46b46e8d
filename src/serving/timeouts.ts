import type { Replica } from './replica.js';
import { EventKind, pushEvent } from './replica-events.js';
import { dropSlot, forget } from './slots.js';
import { removeFromQueue } from './wait-queue.js';

/*
 * Each request has one clock: it runs from the request's arrival at the deployment until its first token. One whose clock has run out is
 * let go at the end of the step in progress, wherever it is: its client has gone.
 */

/** Whether a request that has no token yet has waited for longer than the timeout at the replica's moment. */
export function isTooLate({ scheduler, requests, time }: Replica, request: number): boolean {
  const { timeoutSeconds } = scheduler;
  return timeoutSeconds < Infinity && time - requests.arrival![request]! > timeoutSeconds;
}

/** Between steps: lets those go that are too late, in the queue and in a prefill that is not complete. */
export function dropExpired(replica: Replica): void {
  const { queue, partialSlot } = replica;
  if (
    partialSlot >= 0 &&
    replica.slotFinish[partialSlot] === 0 &&
    isTooLate(replica, replica.slotRequest[partialSlot]!)
  )
    dropLate(replica, partialSlot);
  for (let place = 0; place < queue.length;) {
    const row = (queue.head + place) & queue.mask;
    const request = queue.request[row]!;
    if (queue.produced[row]! > 0 || !isTooLate(replica, request)) {
      place++;
      continue;
    }
    removeFromQueue(queue, request);
    replica.outstanding--;
    replica.outstandingTokens -= replica.requests.promptTokens[request]!;
    pushEvent(replica.events, EventKind.timedOut, request, replica.time);
  }
}

/** Between steps: lets a running request go that is too late. */
export function dropLate(replica: Replica, slot: number): void {
  dropSlot(replica, slot);
  forget(replica, slot, EventKind.timedOut);
}

/** When the clock of the next waiting request runs out; Infinity when none will. */
export function nextExpiry({ queue, scheduler, requests }: Replica): number {
  let first = Infinity;
  for (let place = 0; place < queue.length; place++) {
    const row = (queue.head + place) & queue.mask;
    if (queue.produced[row] === 0) first = Math.min(first, requests.arrival![queue.request[row]!]!);
  }
  return first + scheduler.timeoutSeconds;
}

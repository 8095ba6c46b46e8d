import type { Replica } from './replica.js';
import { dropSlot, producedOnSlot } from './slots.js';
import { removeFromQueue } from './wait-queue.js';

/** Whether a replica is between steps: then requests can be taken away from it. */
export function isBetweenSteps(replica: Replica): boolean {
  return Number.isNaN(replica.stepEnd);
}

/**
 * Tells each request in the running batch and the tokens that it has produced by the last step's end (`changeOnce`); of one
 * that is still in its prefill those from before it was preempted.
 */
export function eachRunning(replica: Replica, tell: (request: number, tokens: number) => void): void {
  const { slotRequest, slotBefore, slotFinish } = replica;
  for (let slot = replica.newestSlot; slot >= 0; slot = slotBefore[slot]!) {
    const tokens = isPrefilling(replica, slot) ? slotFinish[slot]! : producedOnSlot(replica, slot);
    tell(slotRequest[slot]!, tokens);
  }
}

/** Whether a slot's prompt is not computed yet: it is the partial one, or its last chunk is in the step in progress. */
function isPrefilling(replica: Replica, slot: number): boolean {
  if (slot === replica.partialSlot) return true;
  if (isBetweenSteps(replica)) return false;
  for (let i = 0; i < replica.chunkCount; i++) if (replica.chunkSlots[i] === slot) return true;
  return false;
}

/**
 * Takes a request away for good, as when its client has gone: its KV blocks are free at once. No event tells of it.
 *
 * @returns false when the replica does not have the request
 * @throws RangeError while a step is in progress
 */
export function cancelRequest(replica: Replica, request: number): boolean {
  if (!isBetweenSteps(replica)) throw new RangeError('Cannot cancel a request: a step is in progress');
  if (!removeFromQueue(replica.queue, request) && !dropRunning(replica, request)) return false;
  replica.outstanding--;
  replica.outstandingTokens -= replica.requests.promptTokens[request]!;
  return true;
}

function dropRunning(replica: Replica, request: number): boolean {
  let slot = replica.newestSlot;
  while (slot >= 0 && replica.slotRequest[slot] !== request) slot = replica.slotBefore[slot]!;
  if (slot < 0) return false;
  dropSlot(replica, slot);
  return true;
}

import type { Replica } from './replica.js';
import { stepsToFinish, stepsWithBlocks } from './slots.js';
import { stepsToDemotion } from './scheduling.js';
import { hasRoomForHead } from './step.js';
import { nextExpiry } from './timeouts.js';

/**
 * Makes one decode step in progress into as many as are alike: up to the next end of a request, the last one for which KV blocks last,
 * or the first one that ends after the head of the queue arrives and could join. While the batch stays, step i takes
 * `first + i * growth`, so k steps take `k * first + growth * k * (k - 1) / 2`: exact, no step is left out.
 */
export function jumpAhead(replica: Replica): void {
  if (replica.chunkCount > 0 || replica.partialSlot >= 0 || replica.freshCount > 0 || replica.sequences === 0) return;
  const steps = stepsToFinish(replica);
  replica.jump = steps === 1 ? 1 : 1 + stepsWithBlocks(replica, steps - 1);
  const { policy, timeoutSeconds } = replica.scheduler;
  if (hasRoomForHead(replica)) limitJump(replica, replica.queue.at[replica.queue.head]!);
  else if (policy === 'mlfq') replica.jump = Math.min(replica.jump, stepsToDemotion(replica));
  if (timeoutSeconds < Infinity) limitJump(replica, nextExpiry(replica));
  if (replica.jump > 1) replica.stepEnd = endAfter(replica, replica.jump);
}

/** Shortens steps in progress, when the head of the queue can join before they end. Called whenever a request is accepted. */
export function cutJump(replica: Replica): void {
  if (Number.isNaN(replica.stepEnd) || replica.jump === 1) return;
  const { policy, timeoutSeconds } = replica.scheduler;
  const canJoin = hasRoomForHead(replica) || policy === 'mlfq';
  if (!canJoin && timeoutSeconds === Infinity) return;
  if (canJoin) limitJump(replica, replica.queue.at[replica.queue.head]!);
  if (timeoutSeconds < Infinity) limitJump(replica, nextExpiry(replica));
  replica.stepEnd = endAfter(replica, replica.jump);
}

/** At most as many steps as until the first one that ends no earlier than a moment. */
function limitJump(replica: Replica, moment: number): void {
  if (moment < Infinity) replica.jump = Math.min(replica.jump, stepsUntil(replica, moment - replica.time));
}

/** End of the k-th step in progress. */
export function endAfter({ time, stepSeconds, stepGrowth }: Replica, steps: number): number {
  return time + steps * stepSeconds + (stepGrowth * steps * (steps - 1)) / 2;
}

/** The first step (from 1) that ends no earlier than `wait` after the first one's start. */
export function stepsUntil(replica: Replica, wait: number): number {
  if (wait <= replica.stepSeconds) return 1;
  const growth = replica.stepGrowth;
  const half = replica.stepSeconds - growth / 2;
  const moment = replica.time + wait;
  let steps = Math.ceil((2 * wait) / (half + Math.sqrt(half * half + 2 * growth * wait)));
  if (endAfter(replica, steps) < moment)
    steps++; // rounding of the root is at most one step either way
  else if (steps > 1 && endAfter(replica, steps - 1) >= moment) steps--;
  return steps;
}

/** Steps in progress that have ended by a moment. */
export function stepsEndedBy(replica: Replica, at: number): number {
  if (Number.isNaN(replica.stepEnd) || at >= replica.stepEnd) return 0;
  return replica.jump === 1 ? 0 : stepsUntil(replica, at - replica.time) - (at > replica.time ? 1 : 0);
}

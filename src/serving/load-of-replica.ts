import { stepsEndedBy } from './jump.js';
import type { Replica } from './replica.js';
import { blocksNeededAfter } from './slots.js';

/** Requests that wait for a place in the batch, those on their way included. */
export function waitingOn(replica: Replica): number {
  return replica.queue.length;
}

/** Share of KV blocks in use at a moment to which the replica was advanced, [0, 1]. */
export function kvUseOf(replica: Replica, at: number): number {
  const ended = stepsEndedBy(replica, at);
  return 1 - (replica.freeBlocks - blocksNeededAfter(replica, ended)) / replica.totalBlocks;
}

/** Tokens produced by a moment to which the replica was advanced. */
export function tokensBy(replica: Replica, at: number): number {
  return replica.tokensOut + stepsEndedBy(replica, at) * replica.sequences;
}

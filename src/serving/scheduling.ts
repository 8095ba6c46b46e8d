import type { Replica } from './replica.js';
import { blocksNeeded, preempt, producedOnSlot } from './slots.js';
import { blocksOfHead } from './step.js';

/**
 * Who is served first: first come (vLLM's default), the shortest or the longest prompt (BurstGPT paper 5.3), FastServe's multi-level
 * feedback queue, or whole batches as before Orca: the next batch starts when the last one has ended.
 */
export type SchedulingPolicy = 'fcfs' | 'srf' | 'lrf' | 'mlfq' | 'request-level';

/** Every policy. */
export const SCHEDULING_POLICIES: readonly SchedulingPolicy[] = ['fcfs', 'srf', 'lrf', 'mlfq', 'request-level'];

/** Service of the first level of the feedback queue in decode steps; each further level has twice as much. */
const FIRST_QUANTUM = 32;

/** Prompt tokens that count as much service as one decode step. */
const PROMPT_TOKENS_PER_STEP = 64;

/**
 * Level of a request in the feedback queue, from 0: the smallest whose quantum covers the prompt (FastServe's skip-join) and the
 * tokens produced so far.
 */
export function feedbackLevel(promptTokens: number, produced: number): number {
  const service = promptTokens / PROMPT_TOKENS_PER_STEP + produced;
  return service <= FIRST_QUANTUM ? 0 : Math.ceil(Math.log2(service / FIRST_QUANTUM));
}

/** What orders a replica's queue: see `WaitQueue`. */
export function queueKey(replica: Replica, request: number, at: number, produced: number): number {
  const prompt = replica.requests.promptTokens[request]!;
  const { policy } = replica.scheduler;
  if (policy === 'srf') return prompt;
  if (policy === 'lrf') return -prompt;
  return policy === 'mlfq' ? feedbackLevel(prompt, produced) : at;
}

/** The decoding slot of the lowest level, the newest of several; -1 when nothing decodes. */
export function lowestSlot(replica: Replica): number {
  let lowest = -1;
  let level = -1;
  for (let slot = replica.newestSlot; slot >= 0; slot = replica.slotBefore[slot]!) {
    if (slot === replica.partialSlot) continue;
    const found = levelOfSlot(replica, slot);
    if (found > level) [lowest, level] = [slot, found];
  }
  return lowest;
}

function levelOfSlot(replica: Replica, slot: number): number {
  const prompt = replica.requests.promptTokens[replica.slotRequest[slot]!]!;
  return feedbackLevel(prompt, producedOnSlot(replica, slot));
}

/** Between steps: takes running requests of lower levels out, until the head of the queue fits or none is lower than it. */
export function makeRoomForHead(replica: Replica): void {
  const { queue, scheduler } = replica;
  if (queue.length === 0 || queue.at[queue.head]! > replica.time) return;
  const level = queue.key[queue.head]!;
  const hasRoom = (): boolean =>
    replica.running < scheduler.maxSeqs && blocksOfHead(replica) <= replica.freeBlocks - blocksNeeded(replica);
  while (!hasRoom()) {
    const slot = lowestSlot(replica);
    if (slot < 0 || levelOfSlot(replica, slot) <= level) return;
    preempt(replica, slot);
  }
}

/** Steps until a decoding request falls below the level of the queue's head; Infinity without a head. */
export function stepsToDemotion(replica: Replica): number {
  const { queue, requests } = replica;
  if (queue.length === 0) return Infinity;
  const quantum = FIRST_QUANTUM * 2 ** queue.key[queue.head]!;
  let steps = Infinity;
  for (let slot = replica.newestSlot; slot >= 0; slot = replica.slotBefore[slot]!) {
    const prompt = requests.promptTokens[replica.slotRequest[slot]!]!;
    const service = prompt / PROMPT_TOKENS_PER_STEP + producedOnSlot(replica, slot);
    steps = Math.min(steps, Math.max(1, Math.floor(quantum - service) + 1));
  }
  return steps;
}

import { EventKind, pushEvent } from './replica-events.js';
import { RING_SIZE, type Replica } from './replica.js';
import { lowestSlot, queueKey } from './scheduling.js';
import { enqueue, enqueueFirst } from './wait-queue.js';

/** Takes a free slot for a request, as the newest one running. */
export function takeSlot(replica: Replica, request: number): number {
  const slot = replica.freeSlots[replica.scheduler.maxSeqs - 1 - replica.running]!;
  replica.running++;
  replica.slotRequest[slot] = request;
  replica.slotBefore[slot] = replica.newestSlot;
  replica.slotAfter[slot] = -1;
  if (replica.newestSlot >= 0) replica.slotAfter[replica.newestSlot] = slot;
  replica.newestSlot = slot;
  return slot;
}

function freeSlot(replica: Replica, slot: number, contextTokens: number): void {
  replica.running--;
  replica.freeSlots[replica.scheduler.maxSeqs - 1 - replica.running] = slot;
  const before = replica.slotBefore[slot]!;
  const after = replica.slotAfter[slot]!;
  if (before >= 0) replica.slotAfter[before] = after;
  if (after >= 0) replica.slotBefore[after] = before;
  else replica.newestSlot = before;
  replica.freeBlocks += Math.ceil(contextTokens / replica.profile.kvBlockTokens);
}

/** Phase of a decoding slot: in [0, kvBlockTokens), the same for all its steps. */
function phaseOf(replica: Replica, offset: number): number {
  const modulus = replica.phase.length;
  const phase = offset % modulus;
  return phase < 0 ? phase + modulus : phase;
}

/** New KV blocks that the decode batch needs in the next step. */
export function blocksNeeded(replica: Replica): number {
  return replica.phase[phaseOf(replica, -replica.steps)]!;
}

/** Puts a slot with `context` tokens in its cache into the decode batch, to leave it after `left` more steps. */
export function joinBatch(replica: Replica, slot: number, context: number, left: number): void {
  const finish = replica.steps + left;
  const offset = context - replica.steps;
  replica.slotContext[slot] = offset;
  replica.slotFinish[slot] = finish;
  replica.sequences++;
  replica.contextSum += context;
  replica.phase[phaseOf(replica, offset)]!++;
  const bucket = finish % RING_SIZE;
  replica.ringNext[slot] = replica.ringHead[bucket]!;
  replica.ringHead[bucket] = slot;
  replica.ringBits[bucket >>> 5]! |= 1 << (bucket & 31);
}

/** Takes a slot out of the decode batch (not out of the ring) and frees it; gives its context. */
function leaveBatch(replica: Replica, slot: number): void {
  const offset = replica.slotContext[slot]!;
  const context = offset + replica.steps;
  replica.sequences--;
  replica.contextSum -= context;
  replica.phase[phaseOf(replica, offset)]!--;
  freeSlot(replica, slot, context);
}

/** Ends every request whose last token came out with the step that just ended. */
export function endFinished(replica: Replica): void {
  const bucket = replica.steps % RING_SIZE;
  let slot = replica.ringHead[bucket]!;
  if (slot < 0) return;
  let kept = -1;
  while (slot >= 0) {
    const next = replica.ringNext[slot]!;
    if (replica.slotFinish[slot] === replica.steps) {
      leaveBatch(replica, slot);
      forget(replica, slot, EventKind.finished);
    } else {
      replica.ringNext[slot] = kept;
      kept = slot;
    }
    slot = next;
  }
  setBucket(replica, bucket, kept);
}

function setBucket(replica: Replica, bucket: number, head: number): void {
  replica.ringHead[bucket] = head;
  if (head < 0) replica.ringBits[bucket >>> 5]! &= ~(1 << (bucket & 31));
}

/** Steps from now to the next one after which a request may end; at most RING_SIZE. The decode batch must not be empty. */
export function stepsToFinish({ steps, ringBits }: Replica): number {
  const first = (steps + 1) % RING_SIZE;
  let word = first >>> 5;
  let bits = ringBits[word]! & (-1 << (first & 31));
  for (let i = 0; bits === 0 && i < ringBits.length; i++) {
    word = (word + 1) % ringBits.length;
    bits = ringBits[word]!;
  }
  const bucket = (word << 5) + 31 - Math.clz32(bits & -bits);
  return 1 + ((bucket - first + RING_SIZE) % RING_SIZE);
}

/** How many of `steps` decode steps after the next one the free KV blocks last for. */
export function stepsWithBlocks(replica: Replica, steps: number): number {
  const { phase, sequences, freeBlocks } = replica;
  if (Math.ceil(steps / phase.length) * sequences <= freeBlocks) return steps;
  const rounds = Math.floor(freeBlocks / sequences);
  let left = freeBlocks - rounds * sequences;
  let lasting = rounds * phase.length;
  for (; lasting < steps; lasting++) {
    left -= phase[phaseOf(replica, -(replica.steps + 1 + lasting))]!;
    if (left < 0) return lasting;
  }
  return steps;
}

/** New KV blocks that the decode batch needs in so many steps after the next one. */
export function blocksNeededAfter(replica: Replica, steps: number): number {
  const { phase, sequences } = replica;
  const rounds = Math.floor(steps / phase.length);
  let blocks = rounds * sequences;
  for (let i = rounds * phase.length; i < steps; i++) blocks += phase[phaseOf(replica, -(replica.steps + 1 + i))]!;
  return blocks;
}

/** Ends a request whose prefill was all it wanted here. */
export function endPrefilled(replica: Replica, slot: number, kind: number): void {
  freeSlot(replica, slot, replica.slotContext[slot]!);
  forget(replica, slot, kind);
}

/** Counts a request whose slot was freed as one that has left, and tells how. */
export function forget(replica: Replica, slot: number, kind: number): void {
  const request = replica.slotRequest[slot]!;
  replica.outstanding--;
  replica.outstandingTokens -= replica.requests.promptTokens[request]!;
  pushEvent(replica.events, kind, request, replica.time);
}

/** Takes a running request back into the queue: its blocks are freed, its tokens computed again later. */
export function preempt(replica: Replica, slot: number): void {
  const request = replica.slotRequest[slot]!;
  const produced = slot === replica.partialSlot ? replica.slotFinish[slot]! : producedOnSlot(replica, slot);
  dropSlot(replica, slot);
  replica.preemptions++;
  const { queue, time, scheduler } = replica;
  if (scheduler.policy === 'mlfq')
    enqueue(queue, request, time, 0, queueKey(replica, request, time, produced), produced);
  else enqueueFirst(queue, request, time, produced);
  pushEvent(replica.events, EventKind.preempted, request, time);
}

/** Where KV blocks do not last: takes back the newest running request, or one of the lowest level of the feedback queue. */
export function preemptOne(replica: Replica): void {
  const lowest = replica.scheduler.policy === 'mlfq' ? lowestSlot(replica) : -1;
  preempt(replica, lowest < 0 ? replica.newestSlot : lowest);
}

/** Tokens that the request of a decoding slot has produced by the last step's end. */
export function producedOnSlot(replica: Replica, slot: number): number {
  return replica.requests.outputTokens[replica.slotRequest[slot]!]! - (replica.slotFinish[slot]! - replica.steps);
}

/** Gives back what a running request holds, between steps, and forgets it without an event; its slot must be in use. */
export function dropSlot(replica: Replica, slot: number): void {
  if (slot === replica.partialSlot) {
    replica.partialSlot = -1;
    freeSlot(replica, slot, replica.slotContext[slot]!);
  } else {
    removeFromRing(replica, slot);
    leaveBatch(replica, slot);
  }
}

function removeFromRing(replica: Replica, slot: number): void {
  const bucket = replica.slotFinish[slot]! % RING_SIZE;
  let at = replica.ringHead[bucket]!;
  if (at === slot) {
    setBucket(replica, bucket, replica.ringNext[slot]!);
    return;
  }
  while (replica.ringNext[at] !== slot) at = replica.ringNext[at]!;
  replica.ringNext[at] = replica.ringNext[slot]!;
}

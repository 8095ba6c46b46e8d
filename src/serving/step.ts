import { decodeSeconds, mixedSeconds, prefillSeconds } from './profile.js';
import { EventKind, pushEvent } from './replica-events.js';
import type { Replica } from './replica.js';
import {
  blocksNeeded,
  blocksNeededAfter,
  endFinished,
  endPrefilled,
  joinBatch,
  preemptOne,
  takeSlot,
} from './slots.js';
import { makeRoomForHead } from './scheduling.js';
import { noteDecode, noteMixed, notePrefill } from './step-range.js';
import { dropExpired, dropLate, isTooLate } from './timeouts.js';
import { dequeue } from './wait-queue.js';

/** What the chunks of one step add up to. */
interface Chunks {
  budget: number;
  tokens: number;
  attention: number;
  prior: number;
}

/**
 * Starts the next step at `replica.time` by vLLM's rules: every decoding request computes one token, the rest of the token
 * budget goes to the prompt in progress and then to waiting requests, first come first served, as long as slots and KV blocks
 * last. Where blocks do not last for the decoding ones, the newest request is preempted, and none admitted.
 */
export function startStep(replica: Replica): void {
  const { policy, tokenBudget, timeoutSeconds } = replica.scheduler;
  if (timeoutSeconds < Infinity) {
    dropExpired(replica);
    if (replica.running === 0 && !(replica.queue.length > 0 && replica.queue.at[replica.queue.head]! <= replica.time))
      return;
  }
  if (policy === 'mlfq') makeRoomForHead(replica);
  let isShort = false;
  for (; blocksNeeded(replica) > replica.freeBlocks; isShort = true) preemptOne(replica);
  replica.freeBlocks -= blocksNeeded(replica);
  replica.chunkCount = 0;
  const chunks: Chunks = {
    budget: policy === 'request-level' && replica.running === 0 ? Infinity : tokenBudget - replica.sequences,
    tokens: 0,
    attention: 0,
    prior: 0,
  };
  if (replica.partialSlot >= 0) continuePartial(replica, chunks);
  if (!isShort && takesNew(replica)) admit(replica, chunks);
  const seconds = stepSeconds(replica, chunks) + replica.profile.stepOverhead;
  replica.jump = 1;
  replica.stepSeconds = seconds;
  replica.stepGrowth = replica.profile.decode.perContextToken * replica.sequences;
  replica.stepEnd = replica.time + seconds;
}

function stepSeconds(replica: Replica, { tokens, attention, prior }: Chunks): number {
  const { profile, sequences, contextSum, extents } = replica;
  if (tokens === 0) {
    noteDecode(extents, sequences, contextSum);
    return decodeSeconds(profile, sequences, contextSum);
  }
  if (sequences === 0) {
    notePrefill(extents, tokens, prior);
    return prefillSeconds(profile, tokens, attention, prior);
  }
  noteMixed(extents, tokens, prior, sequences, contextSum);
  return mixedSeconds(profile, tokens, attention, prior, sequences, contextSum);
}

function continuePartial(replica: Replica, chunks: Chunks): void {
  const slot = replica.partialSlot;
  const done = replica.partialDone;
  const chunk = Math.min(replica.slotContext[slot]! - done, chunks.budget);
  if (chunk === 0) return;
  replica.partialDone = done + chunk;
  if (replica.partialDone === replica.slotContext[slot]) replica.partialSlot = -1;
  addChunk(replica, chunks, slot, chunk, done);
}

function addChunk(replica: Replica, chunks: Chunks, slot: number, chunk: number, prior: number): void {
  replica.chunkSlots[replica.chunkCount++] = slot;
  chunks.budget -= chunk;
  chunks.tokens += chunk;
  chunks.attention += chunk * (prior + chunk / 2);
  chunks.prior += prior;
}

/** Whether the head of the queue has arrived, and a slot and the KV blocks that it needs are free. */
export function isAdmissible(replica: Replica): boolean {
  return replica.queue.at[replica.queue.head]! <= replica.time && hasRoomForHead(replica);
}

/** Whether there is a head of the queue, and a slot and the KV blocks that it needs are free, arrived or not. */
export function hasRoomForHead(replica: Replica): boolean {
  if (replica.queue.length === 0 || replica.running === replica.scheduler.maxSeqs || !takesNew(replica)) return false;
  return blocksOfHead(replica) <= replica.freeBlocks;
}

/** Whether the policy lets requests join now: with whole batches only an empty replica does. */
function takesNew({ scheduler, running }: Replica): boolean {
  return scheduler.policy !== 'request-level' || running === 0;
}

/** KV blocks that the head of the queue needs: its tokens so far; with its KV loaded also for the token computed next. */
export function blocksOfHead({ queue, requests, profile, firstToken }: Replica): number {
  const row = queue.head;
  const isLoadedEarly = queue.loaded[row] === 1 && firstToken === 'prefill';
  const tokens = requests.promptTokens[queue.request[row]!]! + queue.produced[row]! + (isLoadedEarly ? 1 : 0);
  return Math.ceil(tokens / profile.kvBlockTokens);
}

function admit(replica: Replica, chunks: Chunks): void {
  const { queue } = replica;
  const isBatch = replica.scheduler.policy === 'request-level';
  while (chunks.budget > 0 && (isBatch ? hasRoomInBatch(replica) : isAdmissible(replica))) {
    const row = queue.head;
    const request = queue.request[row]!;
    replica.freeBlocks -= blocksOfHead(replica);
    const slot = takeSlot(replica, request);
    if (queue.loaded[row] === 1) joinLoaded(replica, slot, request, chunks);
    else startPrefill(replica, slot, request, queue.produced[row]!, chunks);
    dequeue(queue);
  }
}

/** Whether the head of the queue has arrived and fits into the batch that is being put together. */
function hasRoomInBatch(replica: Replica): boolean {
  const { queue, running, scheduler } = replica;
  if (queue.length === 0 || queue.at[queue.head]! > replica.time) return false;
  return running < scheduler.maxSeqs && blocksOfHead(replica) <= replica.freeBlocks;
}

/** A request whose KV came with it decodes in this step already; where decode makes the first token, it computes the last prompt token again. */
function joinLoaded(replica: Replica, slot: number, request: number, chunks: Chunks): void {
  const makesFirst = replica.firstToken === 'decode' ? 1 : 0;
  const prompt = replica.requests.promptTokens[request]!;
  const left = replica.requests.outputTokens[request]! - 1 + makesFirst;
  joinBatch(replica, slot, prompt - makesFirst, left);
  if (makesFirst) replica.freshSlots[replica.freshCount++] = slot;
  chunks.budget--;
}

function startPrefill(replica: Replica, slot: number, request: number, produced: number, chunks: Chunks): void {
  const tokens = replica.requests.promptTokens[request]! + produced;
  const cached = cachedTokens(replica, request);
  const chunk = Math.min(tokens - cached, chunks.budget);
  replica.slotContext[slot] = tokens;
  replica.slotFinish[slot] = produced;
  if (cached + chunk < tokens) {
    replica.partialSlot = slot;
    replica.partialDone = cached + chunk;
  }
  addChunk(replica, chunks, slot, chunk, cached);
}

/** Prompt tokens that the prefix cache has: whole blocks, never the whole prompt, whose last position must be computed. */
function cachedTokens({ scheduler, requests, profile }: Replica, request: number): number {
  if (scheduler.prefixHitRate === 0) return 0;
  const prompt = requests.promptTokens[request]!;
  const { kvBlockTokens } = profile;
  return Math.floor(Math.min(scheduler.prefixHitRate * prompt, prompt - 1) / kvBlockTokens) * kvBlockTokens;
}

/** Ends the step (or steps) in progress: tokens come out, requests end, join the decode batch or leave for a decode replica. */
export function endStep(replica: Replica): void {
  const { jump } = replica;
  if (jump > 1) replica.freeBlocks -= blocksNeededAfter(replica, jump - 1);
  replica.busy += replica.stepEnd - replica.time;
  replica.time = replica.stepEnd;
  replica.stepEnd = NaN;
  replica.steps += jump;
  replica.contextSum += jump * replica.sequences;
  if (jump > 1) noteDecode(replica.extents, replica.sequences, replica.contextSum - replica.sequences);
  replica.tokensOut += jump * replica.sequences;
  for (let i = 0; i < replica.freshCount; i++) endFirstStep(replica, replica.freshSlots[i]!);
  replica.freshCount = 0;
  endFinished(replica);
  for (let i = 0; i < replica.chunkCount; i++) {
    const slot = replica.chunkSlots[i]!;
    if (slot !== replica.partialSlot) endPrefill(replica, slot);
  }
}

/** The first token of a request whose KV came with it is out, unless its client has gone. */
function endFirstStep(replica: Replica, slot: number): void {
  const request = replica.slotRequest[slot]!;
  if (isTooLate(replica, request)) {
    replica.tokensOut--;
    dropLate(replica, slot);
  } else pushEvent(replica.events, EventKind.firstToken, request, replica.time);
}

/** The whole prompt is computed: its last position gave a token, unless the decode replica is to make the first one. */
function endPrefill(replica: Replica, slot: number): void {
  const { role, firstToken, requests, time } = replica;
  const request = replica.slotRequest[slot]!;
  const outputTokens = requests.outputTokens[request]!;
  if (replica.slotFinish[slot] === 0 && isTooLate(replica, request)) {
    endPrefilled(replica, slot, EventKind.timedOut);
    return;
  }
  if (role === 'prefill' && firstToken === 'decode') {
    endPrefilled(replica, slot, EventKind.prefilled);
    return;
  }
  const produced = replica.slotFinish[slot]! + 1;
  replica.tokensOut++;
  if (produced === 1) pushEvent(replica.events, EventKind.firstToken, request, time);
  if (produced === outputTokens) endPrefilled(replica, slot, EventKind.finished);
  else if (role === 'prefill') endPrefilled(replica, slot, EventKind.prefilled);
  else joinBatch(replica, slot, replica.slotContext[slot]!, outputTokens - produced);
}

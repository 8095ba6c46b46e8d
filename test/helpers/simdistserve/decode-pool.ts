import { EventKind, openReplica, type Replica, type ReplicaEvents } from '../../../src/serving/index.js';
import { pushEvent } from '../../../src/serving/replica-events.js';
import { endAfter, stepsUntil } from '../../../src/serving/jump.js';
import { endFinished, joinBatch, stepsToFinish, takeSlot } from '../../../src/serving/slots.js';
import { PLAIN_PROFILE } from '../serving.js';
import { decodeGrowthMs, decodeMs, MOST_DECODE_TOKENS } from './rules.js';
import type { Coefficients, Workload } from './reference-file.js';

/** Larger batches are stepped one by one. */
const MOST_IN_BATCH = 512;

/**
 * One decode instance by simdistserve's rules on the product's batch: its ring of finish lists, its sums, its jump in closed form.
 * While the limit on tokens binds, the batch rotates and is stepped one by one (`rotation`).
 */
export interface DecodeInstance {
  readonly replica: Replica;
  readonly coefficients: Coefficients;
  readonly workload: Workload;
  /** Requests that join at the next boundary: `pending` from 0 to `waiting`. */
  readonly pending: Int32Array;
  waiting: number;
  /** Whether new requests go to the head of the queue (after an iteration) or to its tail (colocated). */
  readonly joinsAtTail: boolean;
  /** Place of each slot in the queue: the larger the nearer to its head. */
  readonly place: Float64Array;
  first: number;
  last: number;
  /** The queue while the limit binds; null while all of it decodes. */
  rotation: Rotation | null;
  /** The rotation that ended last: its columns are used again. */
  spare: Rotation | null;
}

/** Requests in order, their contexts and the tokens left of each. */
interface Rotation {
  /** A ring of `leftOvers` requests from `head` on: those that did not fit into the last iteration. */
  readonly ring: Int32Array;
  head: number;
  leftOvers: number;
  /** Those of the last iteration that go on, in order. */
  readonly continuing: Int32Array;
  continuings: number;
  /** Those that end with the iteration. */
  readonly ended: Int32Array;
  readonly context: Int32Array;
  readonly left: Int32Array;
}

/** A log that holds the ends of `count` requests without growing. */
export function openLog(count: number): ReplicaEvents {
  return { count: 0, kind: new Uint8Array(count), request: new Int32Array(count), at: new Float64Array(count) };
}

/** An idle instance that writes its ends into `events`. */
export function openDecodeInstance(
  workload: Workload,
  coefficients: Coefficients,
  events: ReplicaEvents,
  joinsAtTail: boolean,
): DecodeInstance {
  const profile = { ...PLAIN_PROFILE, kvTokensCapacity: 1e9 };
  const scheduler = { maxSeqs: MOST_IN_BATCH, tokenBudget: MOST_IN_BATCH };
  return {
    replica: openReplica({ role: 'decode', profile, requests: workload, scheduler, events }),
    coefficients,
    workload,
    pending: new Int32Array(workload.promptTokens.length),
    waiting: 0,
    joinsAtTail,
    place: new Float64Array(MOST_IN_BATCH),
    first: 0,
    last: 0,
    rotation: null,
    spare: null,
  };
}

/** Requests that wait at a boundary: new ones, and those that did not fit into the running iteration. */
export function waitingForDecode({ waiting, rotation }: DecodeInstance): number {
  return waiting + (rotation?.leftOvers ?? 0);
}

/** Whether an instance has nothing to decode. */
export function isIdle({ waiting, rotation, replica }: DecodeInstance): boolean {
  return waiting === 0 && replica.sequences === 0 && rotation === null;
}

/** Runs iterations that start before `to`, up to the first boundary no earlier than it (`to` is Infinity: to the end). */
export function advanceDecode(instance: DecodeInstance, to: number): void {
  const { replica } = instance;
  while (replica.time < to) {
    if (instance.rotation) rotate(instance, instance.rotation);
    else if (instance.waiting > 0 && !takePending(instance)) startRotation(instance);
    else if (replica.sequences === 0) return;
    else if (replica.contextSum + replica.sequences > MOST_DECODE_TOKENS) startRotation(instance);
    else runAlike(instance, to);
  }
}

/** Lets all that wait join, when the limits allow it. */
function takePending(instance: DecodeInstance): boolean {
  const { replica, pending, workload, place, waiting } = instance;
  let tokens = replica.contextSum + replica.sequences + waiting;
  for (let i = 0; i < waiting; i++) tokens += workload.promptTokens[pending[i]!]!;
  if (tokens > MOST_DECODE_TOKENS || replica.sequences + waiting > MOST_IN_BATCH) return false;
  instance.first += waiting;
  for (let i = 0; i < waiting; i++) {
    const request = pending[i]!;
    const slot = takeSlot(replica, request);
    joinBatch(replica, slot, workload.promptTokens[request]!, workload.outputTokens[request]!);
    place[slot] = instance.joinsAtTail ? --instance.last : instance.first - i;
  }
  instance.waiting = 0;
  return true;
}

/** As many iterations at once as are alike: up to the next end, to `to`, or to where the limit begins to bind. */
function runAlike({ replica, coefficients }: DecodeInstance, to: number): void {
  const { sequences, contextSum } = replica;
  replica.stepSeconds = decodeMs(coefficients, sequences, contextSum);
  replica.stepGrowth = decodeGrowthMs(coefficients, sequences);
  const toFinish = stepsToFinish(replica);
  let steps = toFinish;
  if (contextSum + sequences * steps > MOST_DECODE_TOKENS)
    steps = Math.min(steps, Math.floor((MOST_DECODE_TOKENS - contextSum) / sequences));
  let end = endAfter(replica, steps);
  if (end > to) {
    steps = stepsUntil(replica, to - replica.time);
    end = endAfter(replica, steps);
  }
  replica.time = end;
  replica.steps += steps;
  replica.contextSum += steps * sequences;
  if (steps === toFinish) endFinished(replica);
}

/** Turns the batch into a queue in its order. */
function startRotation(instance: DecodeInstance): void {
  const { replica, place, workload } = instance;
  const slots: number[] = [];
  for (let slot = replica.newestSlot; slot >= 0; slot = replica.slotBefore[slot]!) slots.push(slot);
  slots.sort((a, b) => place[b]! - place[a]!);
  const rotation = instance.spare ?? openRotation(workload.promptTokens.length);
  rotation.continuings = slots.length;
  slots.forEach((slot, at) => {
    const request = replica.slotRequest[slot]!;
    rotation.continuing[at] = request;
    rotation.context[request] = replica.slotContext[slot]! + replica.steps;
    rotation.left[request] = replica.slotFinish[slot]! - replica.steps;
  });
  replica.sequences = 0;
  replica.contextSum = 0;
  replica.running = 0;
  replica.newestSlot = -1;
  replica.phase.fill(0);
  replica.ringHead.fill(-1);
  replica.ringBits.fill(0);
  for (let i = 0; i < MOST_IN_BATCH; i++) replica.freeSlots[i] = MOST_IN_BATCH - 1 - i;
  instance.rotation = rotation;
}

function openRotation(count: number): Rotation {
  return {
    ring: new Int32Array(2 ** Math.ceil(Math.log2(count + 1))),
    head: 0,
    leftOvers: 0,
    continuing: new Int32Array(count),
    continuings: 0,
    ended: new Int32Array(count),
    context: new Int32Array(count),
    left: new Int32Array(count),
  };
}

/** One iteration while the limit binds: those at the head of the queue decode and go behind all others. */
function rotate(instance: DecodeInstance, rotation: Rotation): void {
  lineUp(instance, rotation);
  const { ring, context, left, continuing, ended } = rotation;
  const { replica, coefficients } = instance;
  const mask = ring.length - 1;
  let tokens = 0;
  let kept = 0;
  let ends = 0;
  let batch = 0;
  for (; batch < rotation.leftOvers; batch++) {
    const request = ring[(rotation.head + batch) & mask]!;
    const more = context[request]! + 1;
    if (tokens + more > MOST_DECODE_TOKENS) break;
    tokens += more;
    context[request] = more;
    if (--left[request]! === 0) ended[ends++] = request;
    else continuing[kept++] = request;
  }
  replica.time += decodeMs(coefficients, batch, tokens - batch);
  replica.steps++;
  for (let i = 0; i < ends; i++) pushEvent(replica.events, EventKind.finished, ended[i]!, replica.time);
  rotation.continuings = kept;
  rotation.head = (rotation.head + batch) & mask;
  rotation.leftOvers -= batch;
  if (rotation.leftOvers === 0) endRotation(instance, rotation);
}

/** The queue at a boundary: left over, new, continuing; where they join at the tail, the new ones come last. */
function lineUp(instance: DecodeInstance, rotation: Rotation): void {
  const { pending, waiting, workload, joinsAtTail } = instance;
  const { continuing, continuings } = rotation;
  if (joinsAtTail) append(rotation, continuing, continuings);
  for (let i = 0; i < waiting; i++) {
    rotation.context[pending[i]!] = workload.promptTokens[pending[i]!]!;
    rotation.left[pending[i]!] = workload.outputTokens[pending[i]!]!;
  }
  append(rotation, pending, waiting);
  if (!joinsAtTail) append(rotation, continuing, continuings);
  instance.waiting = 0;
}

function append(rotation: Rotation, requests: Int32Array, count: number): void {
  const { ring, head } = rotation;
  for (let i = 0; i < count; i++) ring[(head + rotation.leftOvers++) & (ring.length - 1)] = requests[i]!;
}

/** Back to jumps once all fit again. */
function endRotation(instance: DecodeInstance, rotation: Rotation): void {
  const { continuing, continuings, context, left } = rotation;
  const { replica, place } = instance;
  let tokens = 0;
  for (let i = 0; i < continuings; i++) tokens += context[continuing[i]!]! + 1;
  if (tokens > 0.95 * MOST_DECODE_TOKENS || continuings > MOST_IN_BATCH) return;
  instance.first += continuings;
  for (let i = 0; i < continuings; i++) {
    const request = continuing[i]!;
    const slot = takeSlot(replica, request);
    joinBatch(replica, slot, context[request]!, left[request]!);
    place[slot] = instance.first - i;
  }
  instance.rotation = null;
  instance.spare = rotation;
}

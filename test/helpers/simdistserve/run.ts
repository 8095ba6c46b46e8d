import type { ReplicaEvents } from '../../../src/serving/index.js';
import {
  advanceDecode,
  isIdle,
  openDecodeInstance,
  openLog,
  waitingForDecode,
  type DecodeInstance,
} from './decode-pool.js';
import { openPrefillQueue, runPrefillBatch, type PrefillQueue } from './prefill-queue.js';
import type { Coefficients, ReferenceFile, Workload } from './reference-file.js';

/** Latencies by request in milliseconds, and iterations by instance (prefill instances first). */
export interface SimdistserveResult {
  readonly ttft: Float64Array;
  readonly tpot: Float64Array;
  readonly iterations: readonly number[];
}

/** Runs a setting (`pd-2P1D`, `colocated-x2`) at a rate by simdistserve's rules. */
export function runSimdistserve(
  { latency_model: { coefficients } }: Pick<ReferenceFile, 'latency_model'>,
  workload: Workload,
  setting: string,
  rate: number,
): SimdistserveResult {
  const split = /^pd-(\d+)P(\d+)D$/.exec(setting);
  const colocated = /^colocated-x(\d+)$/.exec(setting);
  const arrival = workload.arrivalUnit.map((at) => (at * 1000) / rate);
  if (split) return runSplit(workload, arrival, coefficients.distserve, Number(split[1]), Number(split[2]));
  if (colocated) return runColocated(workload, arrival, coefficients.vllm, Number(colocated[1]));
  throw new RangeError(`Cannot run setting "${setting}": it is neither pd-xPyD nor colocated-xN`);
}

function runSplit(
  workload: Workload,
  arrival: Float64Array,
  coefficients: Coefficients,
  prefills: number,
  decodes: number,
): SimdistserveResult {
  const count = arrival.length;
  const pool = Array.from({ length: prefills }, () => openPrefillQueue(count));
  const freeAt = new Float64Array(prefills).fill(-Infinity);
  const advance = (at: number, to: number): void => {
    const queue = pool[at]!;
    while (queue.next < queue.length) {
      const from = Math.max(freeAt[at]!, arrival[queue.requests[queue.next]!]!);
      if (from >= to) return;
      freeAt[at] = runPrefillBatch(queue, workload, coefficients, from);
    }
  };
  for (let request = 0; request < count; request++) {
    const at = arrival[request]!;
    let best = 0;
    for (let i = 0, least = Infinity; i < prefills; i++) {
      advance(i, at);
      const queue = pool[i]!;
      const load = queue.length - queue.next + (freeAt[i]! > at ? queue.running : 0);
      if (load >= least) continue;
      least = load;
      best = i;
    }
    const queue = pool[best]!;
    queue.requests[queue.length++] = request;
  }
  pool.forEach((_, i) => advance(i, Infinity));
  return decodeBatches(workload, arrival, coefficients, pool, decodes);
}

/** Hands the prefill batches to decode in order of their ends. */
function decodeBatches(
  workload: Workload,
  arrival: Float64Array,
  coefficients: Coefficients,
  pool: readonly PrefillQueue[],
  decodes: number,
): SimdistserveResult {
  const events = openLog(arrival.length);
  const instances = Array.from({ length: decodes }, () => openDecodeInstance(workload, coefficients, events, false));
  const ttft = new Float64Array(arrival.length);
  const nextBatch = new Int32Array(pool.length);
  for (;;) {
    let best = -1;
    let end = Infinity;
    for (let i = 0; i < pool.length; i++) {
      const batch = nextBatch[i]!;
      if (batch === pool[i]!.batches || pool[i]!.batchEnd[batch]! >= end) continue;
      end = pool[i]!.batchEnd[batch]!;
      best = i;
    }
    if (best < 0) break;
    const { requests, batchTo } = pool[best]!;
    const batch = nextBatch[best]!++;
    for (const instance of instances) advanceDecode(instance, end);
    for (let at = batch === 0 ? 0 : batchTo[batch - 1]!; at < batchTo[batch]!; at++) {
      ttft[requests[at]!] = end - arrival[requests[at]!]!;
      offer(leastWaiting(instances), requests[at]!, end);
    }
  }
  for (const instance of instances) advanceDecode(instance, Infinity);
  const iterations = [...pool.map(({ batches }) => batches), ...instances.map(({ replica }) => replica.steps)];
  return { ttft, tpot: tpotOf(workload, arrival, ttft, events), iterations };
}

function offer(instance: DecodeInstance, request: number, at: number): void {
  if (isIdle(instance)) instance.replica.time = Math.max(instance.replica.time, at);
  instance.pending[instance.waiting++] = request;
}

function leastWaiting(instances: readonly DecodeInstance[]): DecodeInstance {
  let best = instances[0]!;
  for (let i = 1; i < instances.length; i++)
    if (waitingForDecode(instances[i]!) < waitingForDecode(best)) best = instances[i]!;
  return best;
}

function tpotOf(
  { outputTokens }: Workload,
  arrival: Float64Array,
  ttft: Float64Array,
  events: ReplicaEvents,
): Float64Array {
  const tpot = new Float64Array(ttft.length).fill(NaN);
  for (let row = 0; row < events.count; row++) {
    const request = events.request[row]!;
    tpot[request] = (events.at[row]! - arrival[request]! - ttft[request]!) / outputTokens[request]!;
  }
  return tpot;
}

/** Instances that serve both phases: prompts go first, and stop all decoding. */
function runColocated(
  workload: Workload,
  arrival: Float64Array,
  coefficients: Coefficients,
  count: number,
): SimdistserveResult {
  const queues = Array.from({ length: count }, () => openPrefillQueue(arrival.length));
  const events = openLog(arrival.length);
  const instances = queues.map(() => openDecodeInstance(workload, coefficients, events, true));
  const ttft = new Float64Array(arrival.length);
  /** Runs what starts before `to`; prompts that wait at a boundary go first. */
  const advance = (at: number, to: number): void => {
    const queue = queues[at]!;
    const instance = instances[at]!;
    const { replica } = instance;
    while (replica.time < to) {
      if (queue.next === queue.length) {
        queue.running = 0;
        advanceDecode(instance, to);
        return;
      }
      const first = queue.next;
      replica.time = runPrefillBatch(queue, workload, coefficients, replica.time);
      for (let i = first; i < queue.next; i++) {
        const request = queue.requests[i]!;
        ttft[request] = replica.time - arrival[request]!;
        instance.pending[instance.waiting++] = request;
      }
    }
  };
  for (let request = 0; request < arrival.length; request++) {
    const at = arrival[request]!;
    let best = 0;
    for (let i = 0, least = Infinity; i < count; i++) {
      advance(i, at);
      const load = queues[i]!.length - queues[i]!.next + (instances[i]!.replica.time > at ? queues[i]!.running : 0);
      if (load >= least) continue;
      least = load;
      best = i;
    }
    const queue = queues[best]!;
    const instance = instances[best]!;
    queue.requests[queue.length++] = request;
    if (isIdle(instance)) instance.replica.time = Math.max(instance.replica.time, at);
  }
  instances.forEach((_, i) => advance(i, Infinity));
  const iterations = instances.map(({ replica }, i) => queues[i]!.batches + replica.steps);
  return { ttft, tpot: tpotOf(workload, arrival, ttft, events), iterations };
}

import type { Role } from '../spec/index.js';
import type { LatencyProfile } from './profile.js';
import { openReplicaEvents, type ReplicaEvents } from './replica-events.js';
import type { SchedulingPolicy } from './scheduling.js';
import { openStepExtents, type StepExtents } from './step-range.js';
import { openWaitQueue, type WaitQueue } from './wait-queue.js';

/** The columns of requests that a replica needs; a Trace has them. */
export interface RequestColumns {
  readonly promptTokens: Uint32Array;
  readonly outputTokens: Uint32Array;
  /** When each arrived at the deployment; needed where there is a timeout. */
  readonly arrival?: Float64Array;
}

/** How a vLLM replica schedules. */
export interface SchedulerOptions {
  /** Most requests in the running batch (vLLM's max_num_seqs). */
  readonly maxSeqs: number;
  /** Most tokens computed in one step (vLLM's max_num_batched_tokens); at least `maxSeqs`. */
  readonly tokenBudget: number;
  /** Who is served first; default `fcfs`. Requests that come with their KV are always served as they come. */
  readonly policy?: SchedulingPolicy;
  /** Share of each prompt that the prefix cache has, in [0, 1]; default 0. Cached blocks still take their place in the cache. */
  readonly prefixHitRate?: number;
  /** Longest time from a request's arrival to its first token, before it fails; default Infinity. */
  readonly timeoutSeconds?: number;
}

/** vLLM's defaults for an online server on a large GPU, but for the token budget, which most deployments set lower. */
export const DEFAULT_SCHEDULER: Required<SchedulerOptions> = {
  maxSeqs: 256,
  tokenBudget: 2048,
  policy: 'fcfs',
  prefixHitRate: 0,
  timeoutSeconds: Infinity,
};

/** Where the first token comes from behind a prefill/decode router: see docs/architecture.md, TTFT. */
export type FirstToken = 'decode' | 'prefill';

/** Buckets of the ring of finish lists; a power of two. Longer responses stay in their bucket for more than one turn. */
export const RING_SIZE = 1024;

/**
 * One simulated vLLM. Opaque outside `serving`: use `acceptRequest`, `advanceReplica` and the functions that read it. Plain data.
 *
 * Running requests sit in slots; a request is touched when it joins and when it leaves, never in between: the batch knows its size
 * (`sequences`), the sum of contexts (`contextSum`), for each phase how many requests need a new KV block at that step
 * (`phase`), and for each step which requests end (`ringHead`, `ringNext`).
 */
export interface Replica {
  readonly role: Role;
  readonly profile: LatencyProfile;
  readonly requests: RequestColumns;
  readonly scheduler: Required<SchedulerOptions>;
  readonly firstToken: FirstToken;
  readonly events: ReplicaEvents;
  readonly queue: WaitQueue;
  readonly totalBlocks: number;

  /** Start of the step in progress, or the end of the last one. */
  time: number;
  /** End of the step in progress (of the last one, when several were taken at once); NaN when none is. */
  stepEnd: number;
  /** Decode steps in progress at once: 1, or what `jumpAhead` made of it. */
  jump: number;
  /** Length of the first step in progress, and by how much each further one is longer than the one before. */
  stepSeconds: number;
  stepGrowth: number;
  /** Steps that have ended. */
  steps: number;
  freeBlocks: number;
  /** Requests that were accepted and have not left. */
  outstanding: number;
  /** Prompt tokens of those requests. */
  outstandingTokens: number;
  /** Requests accepted so far. */
  accepted: number;
  /** Tokens produced so far. */
  tokensOut: number;
  preemptions: number;
  /** Seconds in steps so far. */
  busy: number;
  /** What the steps so far spanned. */
  readonly extents: StepExtents;

  /** Requests in the decode batch, and the sum of their contexts. */
  sequences: number;
  contextSum: number;
  readonly phase: Int32Array;
  readonly ringHead: Int32Array;
  readonly ringNext: Int32Array;
  /** One bit for each bucket that is not empty. */
  readonly ringBits: Int32Array;

  /** Slots in use, and the free ones as a stack. */
  running: number;
  readonly freeSlots: Int32Array;
  readonly slotRequest: Int32Array;
  /** Decoding: context - steps, constant while decoding. Prefilling: tokens to prefill. */
  readonly slotContext: Int32Array;
  /** Decoding: the step count at which the last token is out. Prefilling: tokens produced before. */
  readonly slotFinish: Int32Array;
  /** Order of admission, for preemption: a doubly linked list; -1 ends it. */
  readonly slotBefore: Int32Array;
  readonly slotAfter: Int32Array;
  newestSlot: number;

  /** Slots whose chunk is in the step in progress, in order; the last one may stay a part behind. */
  readonly chunkSlots: Int32Array;
  chunkCount: number;
  /** The prefill that is not complete after the step in progress, its tokens done so far and in the step; -1 when none. */
  partialSlot: number;
  partialDone: number;
  /** Slots that took their first decode step in the step in progress. */
  readonly freshSlots: Int32Array;
  freshCount: number;
}

/** What `openReplica` needs. */
export interface ReplicaOptions {
  readonly role: Role;
  readonly profile: LatencyProfile;
  /** Requests are known by their row in these columns. */
  readonly requests: RequestColumns;
  readonly scheduler?: SchedulerOptions;
  readonly firstToken?: FirstToken;
  /** A log to share with other replicas; its own unless given. */
  readonly events?: ReplicaEvents;
  readonly startAt?: number;
}

/**
 * An idle replica.
 *
 * @throws RangeError when the token budget is below the number of sequences, or a timeout is set for requests without arrivals
 */
export function openReplica(options: ReplicaOptions): Replica {
  const { role, profile, requests, firstToken = 'decode', events = openReplicaEvents(), startAt = 0 } = options;
  const { maxSeqs, tokenBudget, ...more } = options.scheduler ?? DEFAULT_SCHEDULER;
  const { policy = 'fcfs', prefixHitRate = 0, timeoutSeconds = Infinity } = more;
  const scheduler = { maxSeqs, tokenBudget, policy, prefixHitRate, timeoutSeconds };
  if (!(maxSeqs >= 1 && tokenBudget >= maxSeqs))
    throw new RangeError(
      `Cannot open a replica: 1 <= maxSeqs <= tokenBudget must hold, got ${maxSeqs} and ${tokenBudget}`,
    );
  if (timeoutSeconds < Infinity && !requests.arrival)
    throw new RangeError('Cannot open a replica: a timeout counts from the arrivals of requests, and there are none');
  return idleReplica({ role, profile, requests, scheduler, firstToken, events, startAt });
}

/** One plain literal: objects built in parts turn into slow dictionaries once a field of theirs turns from whole to real. */
function idleReplica(options: Required<ReplicaOptions> & Pick<Replica, 'scheduler'>): Replica {
  const { role, profile, requests, scheduler, firstToken, events, startAt } = options;
  const { maxSeqs } = scheduler;
  const totalBlocks = Math.floor(profile.kvTokensCapacity / profile.kvBlockTokens);
  return {
    role,
    profile,
    requests,
    scheduler,
    firstToken,
    events,
    queue: openWaitQueue(),
    totalBlocks,
    time: startAt,
    stepEnd: NaN,
    jump: 1,
    stepSeconds: NaN,
    stepGrowth: NaN,
    steps: 0,
    freeBlocks: totalBlocks,
    outstanding: 0,
    outstandingTokens: 0,
    accepted: 0,
    tokensOut: 0,
    preemptions: 0,
    busy: 0,
    extents: openStepExtents(),
    sequences: 0,
    contextSum: 0,
    phase: new Int32Array(profile.kvBlockTokens),
    ringHead: new Int32Array(RING_SIZE).fill(-1),
    ringNext: new Int32Array(maxSeqs),
    ringBits: new Int32Array(RING_SIZE / 32),
    running: 0,
    freeSlots: Int32Array.from({ length: maxSeqs }, (_, slot) => maxSeqs - 1 - slot),
    slotRequest: new Int32Array(maxSeqs),
    slotContext: new Int32Array(maxSeqs),
    slotFinish: new Int32Array(maxSeqs),
    slotBefore: new Int32Array(maxSeqs),
    slotAfter: new Int32Array(maxSeqs),
    newestSlot: -1,
    chunkSlots: new Int32Array(maxSeqs),
    chunkCount: 0,
    partialSlot: -1,
    partialDone: 0,
    freshSlots: new Int32Array(maxSeqs),
    freshCount: 0,
  };
}

/** Why a replica can never serve a request, or null when it can. */
export function refusalOf(profile: LatencyProfile, promptTokens: number, outputTokens: number): Refusal | null {
  const tokens = promptTokens + outputTokens;
  if (tokens > profile.maxModelTokens) return 'model-length';
  const blocks = Math.floor(profile.kvTokensCapacity / profile.kvBlockTokens);
  return Math.ceil(tokens / profile.kvBlockTokens) > blocks ? 'kv-capacity' : null;
}

/** The request is longer than the model's positions, or than the whole KV cache. */
export type Refusal = 'model-length' | 'kv-capacity';

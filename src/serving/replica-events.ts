/** What can happen to a request on a replica. */
export const EventKind = {
  /** Its first token came out. */
  firstToken: 1,
  /** Its last token came out; it has left the replica. */
  finished: 2,
  /** Its prefill ended on a prefill replica; it has left for a decode replica. */
  prefilled: 3,
  /** It lost its KV blocks and waits to be computed again. */
  preempted: 4,
  /** It had no token when its timeout was over, and was let go. */
  timedOut: 5,
} as const;

/**
 * What happened since the caller last set `count` to 0: columns of which the first `count` rows count. Events of one replica are
 * in order of time; replicas that share a log are not merged.
 */
export interface ReplicaEvents {
  count: number;
  kind: Uint8Array;
  request: Int32Array;
  at: Float64Array;
}

/** An empty log. */
export function openReplicaEvents(): ReplicaEvents {
  return { count: 0, kind: new Uint8Array(64), request: new Int32Array(64), at: new Float64Array(64) };
}

/** Appends one event. */
export function pushEvent(events: ReplicaEvents, kind: number, request: number, at: number): void {
  const row = events.count++;
  if (row === events.kind.length) grow(events);
  events.kind[row] = kind;
  events.request[row] = request;
  events.at[row] = at;
}

function grow(events: ReplicaEvents): void {
  const size = events.kind.length * 2;
  const kind = new Uint8Array(size);
  const request = new Int32Array(size);
  const at = new Float64Array(size);
  kind.set(events.kind);
  request.set(events.request);
  at.set(events.at);
  Object.assign(events, { kind, request, at });
}

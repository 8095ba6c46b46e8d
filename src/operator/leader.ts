import type { Clock } from '../vllm/index.js';
import { hasStatus, type KubeApi, type KubeObject } from './kube/kube-api.js';
import { objectPath } from './kube/paths.js';
import { sleep } from './kube/timers.js';

/** How one of several controllers is chosen to write. */
export interface ElectionOptions {
  readonly api: KubeApi;
  readonly namespace: string;
  /** Name of the Lease. */
  readonly name: string;
  /** Who stands: a name that no other process has. */
  readonly identity: string;
  readonly clock: Clock;
  /** Wall time, Unix seconds. */
  readonly epochSeconds: () => number;
  /** Others may take the lease when it was not renewed for so long; default 15. */
  readonly leaseSeconds?: number;
  /** The holder stops writing when it has not renewed for so long, sooner than others may begin; default 10. */
  readonly renewDeadlineSeconds?: number;
  /** From one attempt to the next; default 2. */
  readonly retrySeconds?: number;
  readonly onChange?: (isLeader: boolean) => void;
  readonly onTrouble?: (error: Error) => void;
}

/** A standing candidate. */
export interface Election {
  /** Whether this process may write at this very moment. Asked before each write, so that a leader that slept writes nothing when it wakes. */
  isLeader(): boolean;
  /** Stands no longer, and gives a lease that it holds back. */
  stop(): Promise<void>;
}

interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

/** Who stands, and what it knows of the lease. */
interface Candidate {
  readonly options: Required<Omit<ElectionOptions, 'onChange' | 'onTrouble'>>;
  readonly path: string;
  /** When the last renewal that succeeded was begun, on both clocks; null while the lease is another's. */
  renewed: { readonly at: number; readonly epoch: number } | null;
  /** The version of the lease that was seen last, and when it was first seen. */
  seen: { readonly version: string; readonly at: number } | null;
}

const DEFAULTS = { leaseSeconds: 15, renewDeadlineSeconds: 10, retrySeconds: 2 };

/** Stands for a Lease until stopped. */
export function openElection(options: ElectionOptions): Election {
  const { api, namespace, name, identity, clock, epochSeconds, onChange, onTrouble } = options;
  const path = objectPath('coordination.k8s.io/v1', 'leases', namespace, name);
  const candidate: Candidate = { options: { ...DEFAULTS, ...options }, path, renewed: null, seen: null };
  const stopping = new AbortController();
  let wasLeader = false;
  const isLeader = (): boolean => !stopping.signal.aborted && holds(candidate);
  const tell = (): void => {
    if (isLeader() === wasLeader) return;
    wasLeader = !wasLeader;
    onChange?.(wasLeader);
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await stand(candidate).catch((error: unknown) => {
        if (hasStatus(error, 409))
          candidate.renewed = null; // another wrote it since: it may be its own now
        else onTrouble?.(error as Error);
      });
      tell();
      await sleep(clock, candidate.options.retrySeconds, stopping.signal);
      tell();
    }
  };
  const running = run();
  return {
    isLeader,
    async stop() {
      const held = isLeader();
      stopping.abort();
      await running;
      tell();
      if (held)
        await release(api, path, identity, epochSeconds()).catch((error: unknown) => onTrouble?.(error as Error));
    },
  };
}

/** Whether the lease was renewed recently enough. The monotonic clock may stand still while a machine sleeps, the wall clock may be set: the one that says more counts. */
function holds({ renewed, options: { clock, epochSeconds, renewDeadlineSeconds } }: Candidate): boolean {
  if (renewed === null) return false;
  return Math.max(clock.now() - renewed.at, epochSeconds() - renewed.epoch) < renewDeadlineSeconds;
}

/** Renews the lease, or takes it where it is free: given back, or not renewed for its time by our own clock. */
async function stand(candidate: Candidate): Promise<void> {
  const { api, namespace, name, identity, clock, epochSeconds, leaseSeconds } = candidate.options;
  const begun = { at: clock.now(), epoch: epochSeconds() };
  const lease = await readLease(api, candidate.path);
  const holder = lease?.spec?.holderIdentity ?? '';
  const version = lease?.metadata.resourceVersion ?? '';
  if (candidate.seen?.version !== version) candidate.seen = { version, at: clock.now() };
  const lasts = lease?.spec?.leaseDurationSeconds ?? leaseSeconds;
  if (holder !== '' && holder !== identity && clock.now() < candidate.seen.at + lasts) {
    candidate.renewed = null;
    return;
  }
  const body = leaseOf({ namespace, name }, lease, identity, leaseSeconds, epochSeconds());
  const collection = objectPath('coordination.k8s.io/v1', 'leases', namespace);
  const written = (await (lease === null
    ? api.send({ method: 'POST', path: collection, body })
    : api.send({ method: 'PUT', path: candidate.path, body }))) as KubeObject;
  candidate.renewed = begun;
  candidate.seen = { version: written.metadata.resourceVersion ?? '', at: clock.now() };
}

async function readLease(api: KubeApi, path: string): Promise<Lease | null> {
  try {
    return (await api.send({ method: 'GET', path })) as Lease;
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    throw error;
  }
}

function leaseOf(
  { namespace, name }: { namespace: string; name: string },
  lease: Lease | null,
  identity: string,
  leaseSeconds: number,
  epochSeconds: number,
): object {
  const isOurs = lease?.spec?.holderIdentity === identity;
  const now = microTime(epochSeconds);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: lease?.metadata ?? { namespace, name },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: leaseSeconds,
      acquireTime: isOurs ? (lease.spec.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + (lease === null || isOurs ? 0 : 1),
    },
  };
}

/** Gives the lease back, so that the next one need not wait for its end. */
async function release(api: KubeApi, path: string, identity: string, epochSeconds: number): Promise<void> {
  const lease = await readLease(api, path);
  if (lease === null || lease.spec?.holderIdentity !== identity) return;
  const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(epochSeconds) };
  await api.send({ method: 'PUT', path, body: { ...lease, spec } });
}

/** A time as Leases have it. */
function microTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace('Z', '000Z');
}

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

/** Stands for a Lease until stopped. */
export function openElection(options: ElectionOptions): Election {
  const { api, namespace, name, identity, clock, epochSeconds, onChange, onTrouble } = options;
  const { leaseSeconds = 15, renewDeadlineSeconds = 10, retrySeconds = 2 } = options;
  const path = objectPath('coordination.k8s.io/v1', 'leases', namespace, name);
  const collection = objectPath('coordination.k8s.io/v1', 'leases', namespace);
  const stopping = new AbortController();
  /** When the last renewal that succeeded was begun, on both clocks; null while the lease is another's. */
  let renewed: { at: number; epoch: number } | null = null;
  let seen: { version: string; at: number } | null = null;
  let wasLeader = false;

  const isLeader = (): boolean => {
    if (renewed === null || stopping.signal.aborted) return false;
    // The monotonic clock may stand still while a machine sleeps, the wall clock may be set: the one that says more counts.
    return Math.max(clock.now() - renewed.at, epochSeconds() - renewed.epoch) < renewDeadlineSeconds;
  };
  const tell = (): void => {
    if (isLeader() === wasLeader) return;
    wasLeader = !wasLeader;
    onChange?.(wasLeader);
  };
  const stand = async (): Promise<void> => {
    const begun = { at: clock.now(), epoch: epochSeconds() };
    const lease = await readLease(api, path);
    const holder = lease?.spec?.holderIdentity ?? '';
    const version = lease?.metadata.resourceVersion ?? '';
    if (seen?.version !== version) seen = { version, at: clock.now() };
    const lasts = lease?.spec?.leaseDurationSeconds ?? leaseSeconds;
    if (holder !== '' && holder !== identity && clock.now() < seen.at + lasts) {
      renewed = null;
      return;
    }
    const record = leaseOf({ namespace, name }, lease, identity, leaseSeconds, epochSeconds());
    const written = (await (lease === null
      ? api.send({ method: 'POST', path: collection, body: record })
      : api.send({ method: 'PUT', path, body: record }))) as KubeObject;
    renewed = begun;
    seen = { version: written.metadata.resourceVersion ?? '', at: clock.now() };
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await stand().catch((error: unknown) => {
        if (hasStatus(error, 409))
          renewed = null; // another wrote it since: it may be its own now
        else onTrouble?.(error as Error);
      });
      tell();
      await sleep(clock, retrySeconds, stopping.signal);
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

import type { Role } from '../spec/index.js';
import { NotLeaderError } from './guarded.js';
import { hasStatus, KubeError, type KubeApi } from './kube/kube-api.js';
import { objectPath } from './kube/paths.js';
import type { Round, ScaleWrite } from './decide.js';
import type { Memory } from './memory.js';
import { noteAttempted, noteWritten } from './outside-edits.js';
import { DELETION_COST, type PodSeen } from './pods.js';
import { readScale, type PoolSeen } from './pools.js';
import { countsOf } from './decide.js';

/** What was written of a round. */
export interface Acted {
  readonly written: readonly { readonly role: Role; readonly from: number; readonly to: number }[];
  readonly memory: Memory;
  /** Why the rest was not written; null: all was. */
  readonly error: Error | null;
}

/** The cost of a pod that is to go first; others have none, which is 0. */
const VICTIM_COST = '-100';

/**
 * Writes the scales of a round in their order, each only onto what was read: replicas that another changed since are a conflict, and the round is
 * thought over anew. What comes after a write that failed is not written.
 */
export async function act(api: KubeApi, round: Round, now: number): Promise<Acted> {
  const written: { role: Role; from: number; to: number }[] = [];
  let { memory } = round;
  for (const write of round.writes) {
    const { pool, replicas } = write;
    try {
      await markVictims(api, round, write);
      await writeScale(api, pool, replicas);
    } catch (error) {
      const edits = noteAttempted(memory.edits, pool.role, replicas);
      return { written, memory: { ...memory, edits }, error: error as Error };
    }
    written.push({ role: pool.role, from: pool.replicas, to: replicas });
    memory = {
      ...memory,
      edits: noteWritten(memory.edits, pool.role, replicas),
      askedAt: { ...memory.askedAt, [pool.role]: now },
    };
  }
  return { written, memory, error: null };
}

/**
 * Sets a pool's replicas onto what was read. After a failure that leaves open what was done, the scale is looked at: what stands as it was to be
 * written counts as written, for an answer may be lost, and the same write tried again conflicts with itself. A scale has the version of its target,
 * which its status moves on too: where the replicas are still those that were read, a conflict is answered by a write onto the newest version, once.
 */
async function writeScale(
  api: KubeApi,
  { scalePath, replicas: read, resourceVersion }: PoolSeen,
  replicas: number,
): Promise<void> {
  const onto = (version: string): Promise<unknown> =>
    api.send({
      ...{ method: 'PATCH', path: scalePath },
      body: { metadata: { resourceVersion: version }, spec: { replicas } },
    });
  try {
    await onto(resourceVersion);
  } catch (error) {
    if (!mayBeDone(error)) throw error;
    const now = await readScale(api, scalePath).catch(() => {
      throw error; // it stays open, and the next round sees
    });
    if (now.replicas === replicas) return;
    if (now.replicas !== read || !hasStatus(error, 409)) throw error;
    await onto(now.resourceVersion);
  }
}

/** No answer, a conflict, or a failure on the way: what is refused otherwise was not done. */
function mayBeDone(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 0 || error.status === 409 || error.status >= 500);
}

/** Marks the emptiest pods to go first, and takes the mark off those that are to stay. It is a wish: where it cannot be made, the scale is written all the same. */
async function markVictims(api: KubeApi, { collected }: Round, { pool, replicas }: ScaleWrite): Promise<void> {
  if (replicas >= pool.replicas) return;
  const running = collected.service.readings?.emptiestPods?.[pool.role] ?? {};
  const victims = victimsOf(pool.pods, replicas, running);
  const { namespace } = collected.scaler.metadata;
  for (const pod of pool.pods) {
    const cost = victims.has(pod.name) ? VICTIM_COST : null;
    const isRight = cost === null ? pod.deletionCost !== VICTIM_COST : pod.deletionCost !== null;
    if (isRight || pod.isDraining) continue;
    await api
      .send({
        method: 'PATCH',
        path: objectPath('v1', 'pods', namespace, pod.name),
        body: { metadata: { annotations: { [DELETION_COST]: cost } } },
      })
      .catch((error: unknown) => {
        if (!(error instanceof KubeError) || error instanceof NotLeaderError) throw error;
      });
  }
}

/**
 * Names of the ready pods that go when so many replicas stay: those with the fewest requests running, younger ones first among equals. Pods that are
 * not ready go before them by Kubernetes' own order; of pods that nothing is known of, none is named.
 */
export function victimsOf(
  pods: readonly PodSeen[],
  replicas: number,
  running: Readonly<Record<string, number>>,
): ReadonlySet<string> {
  const ready = pods.filter((pod) => pod.isReady && running[pod.name] !== undefined);
  const staying = pods.filter((pod) => !pod.isDraining);
  const others = staying.length - staying.filter((pod) => pod.isReady).length;
  const going = Math.max(0, staying.length - replicas - others);
  ready.sort((a, b) => running[a.name]! - running[b.name]! || b.createdAt - a.createdAt);
  return new Set(ready.slice(0, going).map((pod) => pod.name));
}

/** The replicas that targets ask for after a round's writes. */
export function countsAfter({ collected }: Round, { written }: Acted): ReturnType<typeof countsOf> {
  return { ...countsOf(collected.pools), ...Object.fromEntries(written.map(({ role, to }) => [role, to])) };
}

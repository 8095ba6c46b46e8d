import type { InputError } from '../base/index.js';
import { act, type Acted } from './act.js';
import { collect, type CollectPorts } from './collect.js';
import { findingsOf, type Finding } from './conditions.js';
import { decideRound, type Round } from './decide.js';
import { happeningsOf, sendEvents, type Happening } from './events.js';
import type { KubeObject } from './kube/kube-api.js';
import { launchSecondsOf } from './launch-times.js';
import type { Memory } from './memory.js';
import { recordOf } from './record.js';
import type { ReconcileRecord } from './reconcile-record.js';
import type { GoodputScaler, GoodputScalerStatus } from './resource.js';
import { conditionsOf, statusOf } from './status.js';
import { writeStatus } from './write-status.js';

/** What one round is done with. */
export interface ReconcilePorts extends CollectPorts {
  /** Only say what would be written. */
  readonly isDryRun: boolean;
  /** Wall time, Unix seconds. */
  readonly epochSeconds: () => number;
  readonly onTrouble: (error: Error) => void;
}

/** A round that is over. */
export interface Reconciled {
  readonly round: Round;
  readonly acted: Acted;
  readonly record: ReconcileRecord;
  readonly happenings: readonly Happening[];
  /** Why something was not written; what was stays remembered. Null: all was. */
  readonly error: Error | null;
}

/**
 * One round for one GoodputScaler: collect, decide, act, and say so in its status and in events.
 *
 * @param object the resource as the API server gave it; the status is written onto it
 * @throws KubeError when something could not be read that passes by itself
 */
export async function reconcile(
  ports: ReconcilePorts,
  object: KubeObject,
  scaler: GoodputScaler,
  olderRival: string | null,
  memory: Memory,
): Promise<Reconciled> {
  const now = ports.epochSeconds();
  const collected = await collect(ports, scaler, olderRival, launchSecondsOf(memory.launches), now);
  const round = decideRound(collected, memory);
  const acted = ports.isDryRun ? { written: [], memory: round.memory, error: null } : await act(ports.api, round, now);
  const findings = findingsOf(round, acted);
  const happenings = happeningsOf(round, acted, findings);
  const status = statusOf(round, acted, findings);
  const error = ports.isDryRun ? null : await say(ports, object, scaler, status, happenings);
  const record = recordOf(round, acted, status, ports.epochSeconds());
  return { round, acted, record, happenings, error: acted.error ?? error };
}

/**
 * Writes the status and sends the events; why it could not, or null. Without the status, only events of what was done are sent: what turned is
 * turned against the status that there is, and is told when that is written.
 */
async function say(
  { api, epochSeconds, onTrouble }: ReconcilePorts,
  object: KubeObject,
  scaler: GoodputScaler,
  status: GoodputScalerStatus,
  happenings: readonly Happening[],
): Promise<Error | null> {
  const failed = (error: unknown): Error => error as Error;
  const unwritten = await writeStatus(api, object, status).then(() => null, failed);
  const told = unwritten === null ? happenings : happenings.filter(({ isDone }) => isDone);
  const unsent = await sendEvents(api, scaler, told, epochSeconds(), onTrouble).then(() => null, failed);
  return unwritten ?? unsent;
}

/** The status of a resource that cannot be used: what was said of it before, and why not. */
export function refusedStatus(object: KubeObject, error: InputError, now: number): GoodputScalerStatus {
  const finding: Finding = { type: 'Ready', status: 'False', reason: 'InvalidSpec', message: error.message };
  const before = (object.status ?? {}) as GoodputScalerStatus;
  const conditions = conditionsOf([finding], before.conditions ?? [], object.metadata.generation ?? 1, now);
  return { ...before, conditions };
}

import type { Acted } from './act.js';
import type { Finding } from './conditions.js';
import type { Round } from './decide.js';
import { KubeError, type KubeApi, type KubeObject } from './kube/kube-api.js';
import { objectPath } from './kube/paths.js';
import { GROUP, KIND, VERSION, type GoodputScaler } from './resource.js';
import { timeOf } from './status.js';

/** Something worth telling a person who runs `kubectl describe`. */
export interface Happening {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Whether it was done, by us or by another, and is not seen again in the next round. */
  readonly isDone: boolean;
}

/** Conditions that are good when True; the others are when False. */
const GOOD = new Set(['Ready', 'MetricsAvailable', 'ForecastHealthy', 'ScalingActive']);

/** What of a round is worth an event: what was scaled, what others changed, and conditions that turned. */
export function happeningsOf(round: Round, acted: Acted, findings: readonly Finding[]): Happening[] {
  const { decision } = round.result;
  const targets = new Map(round.collected.pools.map(({ role, target }) => [role, target]));
  const scaled = acted.written.map(({ role, from, to }): Happening => ({
    type: 'Normal',
    reason: to > from ? 'ScaledUp' : 'ScaledDown',
    message: `${targets.get(role)}: from ${from} to ${to} replicas (${decision.reason})`,
    isDone: true,
  }));
  const edits = round.edits.map(({ role, from, to }): Happening => ({
    type: 'Normal',
    reason: 'OutsideChange',
    message: `${targets.get(role)}: replicas were changed from ${from} to ${to} by another`,
    isDone: true,
  }));
  return [...edits, ...scaled, ...wouldScale(round), ...turned(round.collected.scaler, findings)];
}

/** A wish that a mode does not write, told when it is a new one. */
function wouldScale({ collected, desired, hindrance, result }: Round): Happening[] {
  if (hindrance?.reason !== 'Shadow' && hindrance?.reason !== 'Recommend') return [];
  return collected.pools.flatMap(({ role, target, replicas }) => {
    const wanted = desired[role] ?? replicas;
    const before = collected.scaler.status?.pools?.find((pool) => pool.role === role)?.desired;
    if (wanted === replicas || wanted === before) return [];
    const message = `${target}: would scale from ${replicas} to ${wanted} replicas (${result.decision.reason})`;
    return [{ type: 'Normal', reason: 'WouldScale', message, isDone: false }];
  });
}

/** Reasons that a user chose. */
const CHOSEN = ['Shadow', 'Recommend'];

function turned({ status }: GoodputScaler, findings: readonly Finding[]): Happening[] {
  return findings.flatMap(({ type, status: now, reason, message }) => {
    const before = status?.conditions?.find((condition) => condition.type === type);
    const isGood = now === (GOOD.has(type) ? 'True' : 'False');
    if (before?.status === now && (before.reason === reason || isGood)) return [];
    if ((before === undefined && isGood) || CHOSEN.includes(reason)) return []; // as it should be from the start
    return [
      {
        type: isGood ? 'Normal' : 'Warning',
        reason: isGood ? `${type}Recovered` : reason,
        message: `${type} is ${now}: ${message}`,
        isDone: false,
      },
    ];
  });
}

/** An Event about a GoodputScaler. Its name says when and which it is, so that one that is sent twice is there once. */
export function makeEvent({ metadata }: GoodputScaler, happening: Happening, at: number, index: number): KubeObject {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name.slice(0, 200)}.${Math.round(at * 1000).toString(16)}${index.toString(16).padStart(2, '0')}`,
      namespace,
    },
    involvedObject: { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, name, namespace, uid, resourceVersion },
    type: happening.type,
    reason: happening.reason,
    message: happening.message.slice(0, 1024),
    source: { component: 'foresail' },
    reportingComponent: 'foresail',
    firstTimestamp: timeOf(at),
    lastTimestamp: timeOf(at),
    count: 1,
  };
}

/** Sends events; one that cannot be sent is lost, and no reason to stop. */
export async function sendEvents(
  api: KubeApi,
  scaler: GoodputScaler,
  happenings: readonly Happening[],
  at: number,
  onTrouble: (error: Error) => void,
): Promise<void> {
  const path = objectPath('v1', 'events', scaler.metadata.namespace);
  for (const [index, happening] of happenings.entries()) {
    try {
      await api.send({ method: 'POST', path, body: makeEvent(scaler, happening, at, index) });
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (error.status !== 409) onTrouble(error);
    }
  }
}

import type { PoolSelector } from '../vllm/index.js';
import type { PoolSpec } from './pools.js';

/** Characters of random names (k8s.io/apimachinery util/rand), and those that a number becomes among them: the hash of a pod template. */
const RANDOM = '[2b-df-hj-np-tv-xz4-9]{5}';
const HASH = '[4-9bcdf]{0,10}';

/** How controllers name pods after the name of what they belong to and a hyphen. */
const ORDINAL = String.raw`\d+(-\d+)?`; // StatefulSet: 0; LeaderWorkerSet: 0, 0-1
const GENERATED = `${HASH}-?${RANDOM}`; // Deployment: 6d4cf56db6-x7k2p; ReplicaSet: x7k2p
const NAMES: Readonly<Record<string, string>> = {
  Deployment: GENERATED,
  StatefulSet: ORDINAL,
  LeaderWorkerSet: ORDINAL,
};
const ANY = `(${ORDINAL}|${GENERATED})`;

/** A generated name keeps so much of what comes before its last five characters. */
const MOST_BASE = 58;

/**
 * The series of a pool in Prometheus: those with the labels that the spec gives, or else those of pods that are named as the target's controller names
 * them, so that a target `llama` is not taken to have the pods of `llama-prefill`; of the resource's own namespace.
 */
export function selectorOf({ role, metricLabels, scaleTargetRef }: PoolSpec, namespace: string): PoolSelector {
  if (metricLabels !== undefined) return { role, namespace, labels: metricLabels };
  return { role, namespace, podPattern: podPattern(scaleTargetRef) };
}

function podPattern({ kind, name }: PoolSpec['scaleTargetRef']): string {
  return `${`${name}-`.slice(0, MOST_BASE).replace(/[.]/g, '[.]')}${NAMES[kind] ?? ANY}`;
}

import { ForesailError } from '../../base/index.js';
import type { MetricsSource } from '../../vllm/index.js';
import type { KubeApi, KubeObject } from '../kube/kube-api.js';
import { keyOf } from '../kube/reflector.js';
import type { ResourceFinder } from '../kube/resources.js';
import { readPool } from '../pools.js';
import { readGoodputScaler, type GoodputScaler } from '../resource.js';
import { findRivals } from '../rivals.js';
import type { ClusterFinding } from './finding.js';

/** What a GoodputScaler is looked at through. */
export interface ScalerPorts {
  readonly api: KubeApi;
  readonly resourceOf: ResourceFinder;
  readonly openSource: (scaler: GoodputScaler) => Promise<MetricsSource>;
  /** Unix seconds. */
  readonly now: number;
}

/** What is right and wrong with one GoodputScaler: its spec, its targets and who else scales them, its metrics, its profile. */
export async function checkScaler(ports: ScalerPorts, object: KubeObject): Promise<ClusterFinding[]> {
  const key = keyOf(object);
  let scaler: GoodputScaler;
  try {
    scaler = readGoodputScaler(object);
  } catch (error) {
    return [{ check: key, status: 'failed', found: messageOf(error), advice: 'mend the field that is named' }];
  }
  const { spec } = scaler;
  return [
    { check: key, status: 'ok', found: `${spec.model}, mode ${spec.mode}` },
    ...(await Promise.all(spec.pools.map((pool) => targetFinding(ports, scaler, pool)))),
    ...(await rivalFindings(ports, scaler)),
    await metricsFinding(ports, scaler),
    ...(spec.profile === undefined ? [noProfile(key)] : []),
  ];
}

async function targetFinding(
  { api, resourceOf }: ScalerPorts,
  { metadata, spec }: GoodputScaler,
  pool: GoodputScaler['spec']['pools'][number],
): Promise<ClusterFinding> {
  const check = `${metadata.namespace}/${metadata.name} ${pool.role}`;
  try {
    const { target, replicas, pods, selector } = await readPool(api, resourceOf, metadata.namespace, pool);
    const ready = pods.filter(({ isReady }) => isReady).length;
    const found = `${target}: ${replicas} replicas, ${ready} ready`;
    if (selector !== '') return { check, status: 'ok', found };
    return {
      check,
      status: 'failed',
      found: `${found}; nothing selects its pods`,
      advice: `set podSelector of pool ${pool.role} of ${spec.model}`,
    };
  } catch (error) {
    const { kind, name } = pool.scaleTargetRef;
    const advice = `check scaleTargetRef: it must name something in namespace ${metadata.namespace} that has a scale subresource`;
    return { check, status: 'failed', found: `${kind}/${name}: ${messageOf(error)}`, advice };
  }
}

async function rivalFindings({ api }: ScalerPorts, { metadata, spec }: GoodputScaler): Promise<ClusterFinding[]> {
  const targets = spec.pools.map(({ scaleTargetRef }) => scaleTargetRef);
  const { rivals, unseen } = await findRivals(api, metadata.namespace, targets);
  const check = `${metadata.namespace}/${metadata.name}`;
  return [
    ...rivals.map((rival): ClusterFinding => ({
      ...{ check, status: 'failed', found: `${rival} scales the same target` },
      advice: `delete ${rival}, or this GoodputScaler: two scalers on one target undo each other`,
    })),
    ...unseen.map((kind): ClusterFinding => ({
      ...{ check, status: 'failed', found: `${kind} may not be read: one may scale the same target` },
      advice: `give the right to list ${kind}`,
    })),
  ];
}

async function metricsFinding({ openSource, now }: ScalerPorts, scaler: GoodputScaler): Promise<ClusterFinding> {
  const { metadata, spec } = scaler;
  const check = `${metadata.namespace}/${metadata.name} metrics`;
  if (spec.load.prometheus === undefined)
    return { check, status: 'info', found: 'read from the pods', advice: 'see MetricsAvailable in the status' };
  let source: MetricsSource | null = null;
  try {
    source = await openSource(scaler);
    const { newestSampleAt, roles } = await source.now(now);
    if (newestSampleAt !== null)
      return { check, status: 'ok', found: `newest sample ${Math.round(now - newestSampleAt)} s old` };
    const silent = Object.entries(roles).flatMap(([role, pool]) => (pool.newestSampleAt === null ? [role] : []));
    const advice = `check that spec.model is the label model_name of vLLM's metrics, that Prometheus scrapes the pods, and that the label pod is their name; set metricLabels where it is not`;
    const found = `no sample with model_name ${spec.model} of ${silent.join(' and ')}`;
    return { check, status: 'failed', found, advice };
  } catch (error) {
    const advice =
      'check spec.load; an address that only the cluster knows answers only there: run this in the pod of the operator';
    return { check, status: 'failed', found: messageOf(error), advice };
  } finally {
    source?.close();
  }
}

function noProfile(key: string): ClusterFinding {
  return {
    ...{ check: `${key} profile`, status: 'info', found: 'none: queues are reacted to, nothing is planned ahead' },
    advice: 'name a latency profile in spec.profile, or measure one with "foresail profile measure"',
  };
}

/** What a failure that is foreseen says; another one is ours, and goes on. */
function messageOf(error: unknown): string {
  if (error instanceof ForesailError) return error.message;
  throw error;
}

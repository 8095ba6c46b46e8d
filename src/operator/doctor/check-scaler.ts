import { ForesailError } from '../../base/index.js';
import type { MetricsSource } from '../../vllm/index.js';
import { hasStatus, type KubeApi, type KubeObject } from '../kube/kube-api.js';
import { keyOf } from '../kube/reflector.js';
import type { ResourceFinder } from '../kube/resources.js';
import { readProfile } from '../open-service.js';
import { readPool, type PoolSeen } from '../pools.js';
import { readGoodputScaler, type GoodputScaler } from '../resource.js';
import { findRivals } from '../rivals.js';
import { RIGHTS_ADVICE } from './check-rights.js';
import type { ClusterFinding } from './finding.js';

/** What a GoodputScaler is looked at through. */
export interface ScalerPorts {
  readonly api: KubeApi;
  readonly resourceOf: ResourceFinder;
  /** Opens what the metrics are read through; where they are read from the pods, from those of these pools. */
  readonly openSource: (scaler: GoodputScaler, pools: readonly PoolSeen[]) => Promise<MetricsSource>;
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
  const targets = await Promise.all(spec.pools.map((pool) => checkTarget(ports, scaler, pool)));
  const pools = targets.flatMap(({ seen }) => seen ?? []);
  return [
    { check: key, status: 'ok', found: `${spec.model}, mode ${spec.mode}` },
    ...targets.map(({ finding }) => finding),
    ...(await rivalFindings(ports, scaler)),
    await metricsFinding(ports, scaler, pools),
    ...(await profileFindings(ports, scaler)),
  ];
}

/** What is found of one pool's target, and the pool where it could be read. */
async function checkTarget(
  { api, resourceOf }: ScalerPorts,
  { metadata, spec }: GoodputScaler,
  pool: GoodputScaler['spec']['pools'][number],
): Promise<{ finding: ClusterFinding; seen: PoolSeen | null }> {
  const check = `${metadata.namespace}/${metadata.name} ${pool.role}`;
  try {
    const seen = await readPool(api, resourceOf, metadata.namespace, pool);
    const ready = seen.pods.filter(({ isReady }) => isReady).length;
    const found = `${seen.target}: ${seen.replicas} replicas, ${ready} ready`;
    if (seen.selector !== '') return { seen, finding: { check, status: 'ok', found } };
    const advice = `set podSelector of pool ${pool.role} of ${spec.model}`;
    return { seen, finding: { check, status: 'failed', found: `${found}; nothing selects its pods`, advice } };
  } catch (error) {
    const { kind, name } = pool.scaleTargetRef;
    const advice = hasStatus(error, 403)
      ? RIGHTS_ADVICE
      : `check scaleTargetRef: it must name something in namespace ${metadata.namespace} that has a scale subresource`;
    return { seen: null, finding: { check, status: 'failed', found: `${kind}/${name}: ${messageOf(error)}`, advice } };
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

const POD_ADVICE = 'and that pods are ready and answer at the port and path of spec.load.pods';
const PROMETHEUS_ADVICE =
  'that Prometheus scrapes the pods, and that the label pod is their name; set metricLabels where it is not';

async function metricsFinding(
  { openSource, now }: ScalerPorts,
  scaler: GoodputScaler,
  pools: readonly PoolSeen[],
): Promise<ClusterFinding> {
  const { metadata, spec } = scaler;
  const check = `${metadata.namespace}/${metadata.name} metrics`;
  const isOfPods = spec.load.pods !== undefined;
  let source: MetricsSource | null = null;
  try {
    source = await openSource(scaler, pools);
    const { newestSampleAt, roles } = await source.now(now);
    const silent = Object.entries(roles).flatMap(([role, pool]) => {
      const isSilent = pool.newestSampleAt === null || (isOfPods && pool.running === null); // pods of another model
      return isSilent ? [role] : [];
    });
    if (newestSampleAt !== null && silent.length === 0)
      return { check, status: 'ok', found: `newest sample ${Math.round(now - newestSampleAt)} s old` };
    const found = `no sample with model_name ${spec.model} of ${silent.join(' and ')}`;
    const advice = `check that spec.model is the label model_name of vLLM's metrics, ${isOfPods ? POD_ADVICE : PROMETHEUS_ADVICE}`;
    return { check, status: 'failed', found, advice };
  } catch (error) {
    const advice =
      'check spec.load; an address that only the cluster knows answers only there: run this in the pod of the operator';
    return { check, status: 'failed', found: messageOf(error), advice };
  } finally {
    source?.close();
  }
}

/** Nothing is said of a profile that ships: the schema lets no other name in. */
async function profileFindings({ api }: ScalerPorts, scaler: GoodputScaler): Promise<ClusterFinding[]> {
  const { metadata, spec } = scaler;
  const check = `${metadata.namespace}/${metadata.name} profile`;
  if (spec.profile === undefined)
    return [
      {
        ...{ check, status: 'info', found: 'none: queues are reacted to, nothing is planned ahead' },
        advice: 'name a latency profile in spec.profile, or measure one with "foresail profile measure"',
      },
    ];
  try {
    const own = await readProfile(scaler, api);
    return own === null ? [] : [{ check, status: 'ok', found: own.name }];
  } catch (error) {
    const advice = 'put what "foresail profile fit" wrote into the ConfigMap that spec.profile names';
    return [{ check, status: 'failed', found: messageOf(error), advice }];
  }
}

/** What a failure that is foreseen says; another one is ours, and goes on. */
function messageOf(error: unknown): string {
  if (error instanceof ForesailError) return error.message;
  throw error;
}

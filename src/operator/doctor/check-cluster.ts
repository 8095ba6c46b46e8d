import { openStore } from '../../store/index.js';
import type { MetricsSource } from '../../vllm/index.js';
import { hasStatus, KubeError, type KubeApi, type KubeObject } from '../kube/kube-api.js';
import { connectKube } from '../kube/connect.js';
import { objectPath, versionPath } from '../kube/paths.js';
import { listAll } from '../kube/reflector.js';
import { resourceFinder, type ResourceFinder } from '../kube/resources.js';
import { openPodSource, openSource } from '../open-service.js';
import type { ScaleTarget } from '../permissions.js';
import type { PoolSeen } from '../pools.js';
import { GROUP, PLURAL, VERSION, type GoodputScaler } from '../resource.js';
import { checkRights } from './check-rights.js';
import { checkScaler, type ScalerPorts } from './check-scaler.js';
import type { ClusterFinding } from './finding.js';

/** Which cluster is looked at, and what for. */
export interface ClusterQuestion {
  /** Namespaces whose GoodputScalers are served; empty: all. */
  readonly namespaces: readonly string[];
  readonly leaseNamespace: string;
}

/**
 * Looks at the cluster of a kubeconfig as the operator would.
 *
 * @param kubeconfig undefined: KUBECONFIG, ~/.kube/config, or the service account of the pod
 * @throws InputError when the kubeconfig cannot be used
 */
export async function examineCluster(
  kubeconfig: string | undefined,
  question: ClusterQuestion,
): Promise<ClusterFinding[]> {
  const api = await connectKube({ kubeconfig });
  return checkCluster(api, question, (scaler, pools) => openMetrics(api, scaler, pools), Date.now() / 1000);
}

/** What the metrics are read through, and nothing is kept of what was read. */
async function openMetrics(api: KubeApi, scaler: GoodputScaler, pools: readonly PoolSeen[]): Promise<MetricsSource> {
  if (scaler.spec.load.pods === undefined) return openSource({}, scaler, api);
  const store = await openStore(':memory:');
  return { ...openPodSource({ store, collection: 'doctor' }, scaler, () => pools), close: () => store.close() };
}

/** What a cluster lacks for the operator: that it answers, the custom resource, rights, and for each GoodputScaler its targets and metrics. It writes nothing. */
export async function checkCluster(
  api: KubeApi,
  question: ClusterQuestion,
  open: ScalerPorts['openSource'],
  now: number,
): Promise<ClusterFinding[]> {
  const server = await serverFinding(api);
  if (server.status === 'failed') return [server];
  const definition = await definitionFinding(api);
  const resourceOf = resourceFinder(api);
  const { scalers, finding } =
    definition.status === 'ok' ? await readScalers(api, question.namespaces) : { scalers: [], finding: [] };
  const scaleTargets = await targetsOf(scalers, resourceOf);
  const perScaler = await Promise.all(
    scalers.map((object) => checkScaler({ api, resourceOf, openSource: open, now }, object)),
  );
  return [
    server,
    definition,
    ...(await checkRights(api, { ...question, scaleTargets })),
    ...finding,
    ...perScaler.flat(),
  ];
}

async function serverFinding(api: KubeApi): Promise<ClusterFinding> {
  const check = 'API server';
  try {
    const { gitVersion = '?' } = (await api.send({ method: 'GET', path: '/version' })) as { gitVersion?: string };
    return { check, status: 'ok', found: `Kubernetes ${gitVersion}` };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return {
      check,
      status: 'failed',
      found: error.message,
      advice: 'check the kubeconfig, and that its server can be reached',
    };
  }
}

async function definitionFinding(api: KubeApi): Promise<ClusterFinding> {
  const check = 'custom resource';
  const name = `${PLURAL}.${GROUP}`;
  try {
    const { resources = [] } = (await api.send({ method: 'GET', path: versionPath(`${GROUP}/${VERSION}`) })) as {
      resources?: { name: string }[];
    };
    if (resources.some((one) => one.name === PLURAL)) return { check, status: 'ok', found: `${name}, ${VERSION}` };
  } catch (error) {
    if (!hasStatus(error, 404)) throw error;
  }
  return {
    check,
    status: 'failed',
    found: `${name} ${VERSION} is not served`,
    advice: 'run "kubectl apply -f k8s/crd.yaml", or install the Helm chart',
  };
}

async function readScalers(
  api: KubeApi,
  namespaces: readonly string[],
): Promise<{ scalers: KubeObject[]; finding: ClusterFinding[] }> {
  const check = 'GoodputScalers';
  try {
    const where = namespaces.length === 0 ? [null] : namespaces;
    const lists = await Promise.all(
      where.map((namespace) => listAll(api, objectPath(`${GROUP}/${VERSION}`, PLURAL, namespace), {})),
    );
    const scalers = lists.flatMap(({ items }) => items);
    if (scalers.length > 0) return { scalers, finding: [] };
    return {
      scalers,
      finding: [{ check, status: 'info', found: 'none', advice: 'write one: docs/operator.md shows how' }],
    };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return { scalers: [], finding: [{ check, status: 'failed', found: error.message }] };
  }
}

/** The kinds that the GoodputScalers scale; Deployments where there are none. What is not served is said where its target is read. */
async function targetsOf(scalers: readonly KubeObject[], resourceOf: ResourceFinder): Promise<ScaleTarget[]> {
  const refs = scalers.flatMap(({ spec }) =>
    (
      (spec as { pools?: { scaleTargetRef?: { apiVersion?: string; kind?: string } }[] } | undefined)?.pools ?? []
    ).flatMap(({ scaleTargetRef }) => scaleTargetRef ?? []),
  );
  const found = new Map<string, ScaleTarget>();
  for (const { apiVersion = 'apps/v1', kind = 'Deployment' } of refs.length === 0 ? [{}] : refs) {
    const resource = await resourceOf(apiVersion, kind).catch(() => null);
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
    if (resource !== null) found.set(`${group}/${resource}`, { group, resource });
  }
  return [...found.values()];
}

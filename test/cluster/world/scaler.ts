import { KubeError, type Kube, type KubeObject } from '../plane/kube.js';
import { MODEL } from './service.js';

/** The spec of a GoodputScaler as YAML has it. */
export type ScalerSpec = Record<string, unknown>;

/** What a test says of its scaler. */
export interface ScalerOptions {
  /** Default: `llama`. */
  readonly name?: string;
  readonly mode: 'Shadow' | 'Recommend' | 'Bounded' | 'Auto';
  /** Left out: the pods are read. */
  readonly prometheus?: string;
  readonly pools?: readonly { readonly role: string; readonly minReplicas?: number; readonly maxReplicas: number }[];
  /** Replaces whole fields of the spec. */
  readonly spec?: ScalerSpec;
}

/** The spec of a scaler for `createService`'s pools: quick rounds, and yesterday as the forecast. */
export function scalerSpec({
  mode,
  prometheus,
  pools = [{ role: 'serve', maxReplicas: 6 }],
  spec,
}: ScalerOptions): ScalerSpec {
  return {
    model: MODEL,
    mode,
    pools: pools.map(({ role, minReplicas = 1, maxReplicas }) => ({
      role,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `llama-${role}` },
      podSelector: { matchLabels: { app: `llama-${role}` } },
      minReplicas,
      maxReplicas,
    })),
    slo: { ttft: '2s', tpot: '200ms', attainment: 0.9 },
    load: { ...(prometheus === undefined ? { pods: {} } : { prometheus: { url: prometheus } }), bin: '30s' },
    forecast: { models: ['yesterday'], quantile: 0.9, horizon: '10m', history: '2d' },
    profile: { configMapRef: { name: 'profile', key: 'slow.json' } },
    plan: { interval: '5s', launchTime: '10s' },
    behavior: { scaleDown: { stabilizationWindowSeconds: 30 } },
    ...spec,
  };
}

/** Path of a namespace's GoodputScalers. */
export function scalersOf(namespace: string): string {
  return `/apis/foresail.dev/v1alpha1/namespaces/${namespace}/goodputscalers`;
}

/** A GoodputScaler as it is created. */
export function scalerObject(name: string, spec: ScalerSpec): object {
  return { apiVersion: 'foresail.dev/v1alpha1', kind: 'GoodputScaler', metadata: { name }, spec };
}

/** Creates a GoodputScaler in a namespace. */
export async function createScaler(
  kube: Kube,
  namespace: string,
  { name = 'llama', ...options }: ScalerOptions,
): Promise<KubeObject> {
  return kube.create(scalersOf(namespace), scalerObject(name, scalerSpec(options)));
}

/** Removes a namespace's GoodputScalers, so that its operator has no more work with them; their definition may be gone. */
export async function removeScalers(kube: Kube, namespace: string): Promise<void> {
  await kube.remove(scalersOf(namespace)).catch((error: unknown) => {
    if (!(error instanceof KubeError && error.code === 404)) throw error;
  });
}

/** A condition of a scaler's status. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** What a scaler's status says. */
export interface ScalerStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly pools?: readonly { role: string; current?: number; ready?: number; desired?: number; reason?: string }[];
  readonly forecast?: Record<string, unknown>;
  readonly decision?: Record<string, unknown>;
  readonly lastScaleTime?: string;
}

/** The status of the GoodputScaler `llama`. */
export async function statusOf(kube: Kube, namespace: string, name = 'llama'): Promise<ScalerStatus> {
  return (await kube.get(`${scalersOf(namespace)}/${name}`)).status ?? {};
}

/** One condition, or an empty one that tells what there is. */
export function conditionOf(status: ScalerStatus, type: string): Condition {
  const found = status.conditions?.find((condition) => condition.type === type);
  const there = (status.conditions ?? []).map((condition) => `${condition.type}=${condition.status}`).join(' ');
  return found ?? { type, status: 'Unknown', reason: 'Missing', message: there };
}

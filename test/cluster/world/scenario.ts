import type { Child } from '../plane/child.js';
import type { KubeObject } from '../plane/kube.js';
import type { Plane } from '../plane/plane.js';
import { eventually } from './eventually.js';
import { openMetricsHistory } from './history.js';
import { traceCsv, type Day } from './load-shape.js';
import { startPrometheus, type Prometheus } from './prometheus.js';
import {
  conditionOf,
  createScaler,
  removeScalers,
  scalersOf,
  statusOf,
  type Condition,
  type ScalerOptions,
} from './scaler.js';
import { createService, deploymentsOf, MODEL, replicasOf, startLoad, startRouter, type Pool } from './service.js';

type ScenarioPlane = Pick<Plane, 'kube' | 'folder' | 'kubeconfig'>;

/** A model service of its own namespace, with its Prometheus, and the scaler `llama` once it is made. */
export interface Scenario {
  readonly namespace: string;
  readonly plane: ScenarioPlane;
  readonly prometheus: Prometheus;
  readonly scaler: (options: Omit<ScalerOptions, 'prometheus'>) => Promise<KubeObject>;
  /** Merge-patches the scaler's spec. */
  readonly change: (spec: object) => Promise<KubeObject>;
  /** Writes a Deployment's replicas, as `kubectl scale` does. */
  readonly scaleByHand: (role: string, replicas: number) => Promise<KubeObject>;
  readonly asked: (role: string) => Promise<number>;
  readonly ready: (role: string) => Promise<number>;
  readonly condition: (type: string) => Promise<Condition>;
  /** Sends requests through a router; they stop with the scenario. */
  readonly load: (day: Day, from: number, seconds: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Creates a namespace with a service and its Prometheus, and waits until the replicas are ready and scraped. */
export async function startScenario(
  plane: ScenarioPlane,
  namespace: string,
  pools: readonly Pool[],
  past?: { readonly day: Day; readonly days: number },
): Promise<Scenario> {
  const { kube } = plane;
  const children: Child[] = [];
  await createService(plane, namespace, pools);
  const pods = pools.map(({ role }) => `llama-${role}-6d4cf56db6-p4stx`);
  const history = past && openMetricsHistory(past.day, { model: MODEL, namespace, pods }, Date.now() / 1000, past.days);
  const prometheus = await startPrometheus(plane, namespace, history);
  for (const { role, replicas } of pools)
    await eventually(60, async () => {
      if ((await replicasOf(kube, namespace, role)).ready !== replicas) throw new Error(`${namespace} is not ready`);
    });
  const load = async (day: Day, from: number, seconds: number): Promise<void> => {
    const { url, child } = await startRouter(plane, namespace);
    children.push(child, startLoad(plane, namespace, traceCsv(day, from, seconds, 1), url));
  };
  const stop = async (): Promise<void> => {
    await removeScalers(kube, namespace);
    await Promise.all(children.map(async (child) => child.stop(0)));
    await prometheus.stop();
  };
  return {
    namespace,
    plane,
    prometheus,
    scaler: (options) => createScaler(kube, namespace, { ...options, prometheus: prometheus.url }),
    change: (spec) => kube.patch(`${scalersOf(namespace)}/llama`, { spec }),
    scaleByHand: (role, replicas) =>
      kube.patch(`${deploymentsOf(namespace)}/llama-${role}/scale`, { spec: { replicas } }),
    asked: async (role) => (await replicasOf(kube, namespace, role)).asked,
    ready: async (role) => (await replicasOf(kube, namespace, role)).ready,
    condition: async (type) => conditionOf(await statusOf(kube, namespace), type),
    load,
    stop,
  };
}

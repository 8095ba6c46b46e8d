import { startFaultProxy, type FaultProxy } from '../plane/fault-proxy.js';
import { startKubelet, type Kubelet } from '../plane/kubelet.js';
import { startPlane, type Plane } from '../plane/plane.js';
import { install, operatorIsReady, SYSTEM_NAMESPACE } from './install.js';
import { startScenario, type Scenario } from './scenario.js';

/** A control plane for one test file, whose operators reach it through a proxy that makes faults. */
export interface OwnPlane {
  readonly plane: Plane;
  readonly kubelet: Kubelet;
  readonly proxy: FaultProxy;
  /** The namespace that the operator is installed for, and the only one. */
  readonly scenario: Scenario;
  readonly stop: () => Promise<void>;
}

/** Starts a plane, installs the chart for one namespace with a quiet service of two replicas in it, and gives it a scaler. */
export async function startOwnPlane(
  namespace: string,
  options: { readonly replicas?: number; readonly apiServerFlags?: readonly string[]; readonly maxGpus?: number } = {},
): Promise<OwnPlane> {
  const { replicas = 1, maxGpus = 6 } = options;
  const closers: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const plane = await startPlane(options);
    closers.push(plane.stop);
    const proxy = await startFaultProxy(plane);
    closers.push(proxy.close);
    const kubelet = await startKubelet(plane, { server: proxy.url });
    closers.push(kubelet.stop);
    const scenario = await startScenario(plane, namespace, [{ role: 'serve', replicas: 2 }]);
    closers.push(scenario.stop);
    await install(plane, SYSTEM_NAMESPACE, { watchNamespaces: [namespace], replicas });
    await operatorIsReady(plane.kube, SYSTEM_NAMESPACE);
    await scenario.scaler({
      mode: 'Auto',
      pools: [{ role: 'serve', minReplicas: 2, maxReplicas: 6 }],
      spec: { budget: { maxGpus }, behavior: { scaleDown: { stabilizationWindowSeconds: 0 } } },
    });
    return { plane, kubelet, proxy, scenario, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

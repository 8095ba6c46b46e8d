import path from 'node:path';
import { helmAndKubectl } from '../test/cluster/helm-and-kubectl.js';
import { startKubelet } from '../test/cluster/plane/kubelet.js';
import { startPlane, type Plane } from '../test/cluster/plane/plane.js';

// A Kubernetes cluster on this machine to try things on, until Ctrl-C or SIGTERM; what it started ends with this process in any case.
const say = (text: string): void => void process.stdout.write(`${text}\n`);
try {
  say(
    'Starting a Kubernetes 1.34 control plane. The first time it is built, which takes 6 to 15 minutes on two cores.',
  );
  const plane = await startPlane();
  const kubelet = await startKubelet(plane);
  say(howToUse(plane));
  await askedToEnd();
  await kubelet.stop();
  await plane.stop();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}

function howToUse({ folder, kubeconfig }: Plane): string {
  const { helm, kubectl } = helmAndKubectl();
  return `
It runs until Ctrl-C. To use it, copy these lines into another terminal, in this folder:

    export KUBECONFIG="${kubeconfig}"
    export PATH="${path.dirname(kubectl)}:${path.dirname(helm)}:$PATH"
    kubectl get nodes

Pods that run foresail are processes on this machine; other pods only get ready. There are no containers, so kubectl exec,
logs and port-forward have nothing to reach: logs are in ${folder}/pods, pods answer at their addresses.
`;
}

/** Waits for a signal; one that comes twice, from a terminal and from npm, is one. */
function askedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve());
  });
}

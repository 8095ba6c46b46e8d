import { startKubelet, type Kubelet } from './plane/kubelet.js';
import { startPlane, type Plane } from './plane/plane.js';
import { shareWithTests } from './plane/shared-plane.js';
import { installForAll } from './world/install.js';

// Here and not as a flag of Node: for a flag mocha starts itself again, and who ends the first one leaves the second.
process.setSourceMapsEnabled(true);

let plane: Plane | null = null;
let kubelet: Kubelet | null = null;

/** Starts the control plane that most test files share, and installs Foresail there for all namespaces; what is started is stopped. */
export async function mochaGlobalSetup(): Promise<void> {
  try {
    plane = await startPlane();
    kubelet = await startKubelet(plane);
    await installForAll(plane);
    shareWithTests(plane);
  } catch (error) {
    await mochaGlobalTeardown();
    throw error;
  }
}

/** Stops what the setup started. */
export async function mochaGlobalTeardown(): Promise<void> {
  await kubelet?.stop();
  await plane?.stop();
  kubelet = plane = null;
}

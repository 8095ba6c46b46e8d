import { joinPlane, type Plane, type PlaneAddress } from './plane.js';

const VARIABLE = 'FORESAIL_TEST_PLANE';

/** Tells the processes that run the test files where the shared plane is. */
export function shareWithTests({ folder, server, etcd, kubeconfig }: PlaneAddress): void {
  process.env[VARIABLE] = JSON.stringify({ folder, server, etcd, kubeconfig });
}

/** The plane that the fixtures started. */
export function sharedPlane(): PlaneAddress & Pick<Plane, 'kube'> {
  const address = process.env[VARIABLE];
  if (address === undefined) throw new Error('no shared plane: run by npm run test:e2e');
  return joinPlane(JSON.parse(address) as PlaneAddress);
}

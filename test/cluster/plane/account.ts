import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Kube } from './kube.js';
import type { PlaneAddress } from './plane.js';

/** A token of a service account, good for an hour. */
export async function tokenOf(kube: Kube, namespace: string, account: string, bound: object = {}): Promise<string> {
  const { status } = await kube.create(`/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, {
    ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600, ...bound } },
  });
  return (status as { token: string }).token;
}

/** A kubeconfig that signs in with a token. */
export function kubeconfigWith(
  token: string,
  { server, caFile, namespace }: { readonly server: string; readonly caFile: string; readonly namespace: string },
): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'account', namespace } }],
    clusters: [{ name: 'here', cluster: { server, 'certificate-authority': caFile } }],
    users: [{ name: 'account', user: { token } }],
  };
  return JSON.stringify(config); // JSON is YAML
}

/** Writes a kubeconfig for a service account of a plane; its path. */
export async function accountKubeconfig(
  plane: Pick<PlaneAddress, 'folder' | 'server'> & { readonly kube: Kube },
  namespace: string,
  account: string,
): Promise<string> {
  const file = path.join(plane.folder, `${namespace}-${account}.kubeconfig`);
  const token = await tokenOf(plane.kube, namespace, account);
  const caFile = path.join(plane.folder, 'pki/ca.crt');
  writeFileSync(file, kubeconfigWith(token, { server: plane.server, caFile, namespace }));
  return file;
}

import { InputError } from '../../base/index.js';
import { hasStatus, type KubeApi } from './kube-api.js';
import { versionPath } from './paths.js';

/** Finds the resource of a kind, as it stands in URLs. */
export type ResourceFinder = (apiVersion: string, kind: string) => Promise<string>;

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string }[];
}

/** A finder that asks the API server what it serves, and remembers what it found. */
export function resourceFinder(api: KubeApi): ResourceFinder {
  const known = new Map<string, string>();
  return async (apiVersion, kind) => {
    const key = `${apiVersion}/${kind}`;
    const found = known.get(key) ?? (await askFor(api, apiVersion, kind));
    known.set(key, found);
    return found;
  };
}

/** @throws InputError when the API server serves no such kind */
async function askFor(api: KubeApi, apiVersion: string, kind: string): Promise<string> {
  const answer = await api.send({ method: 'GET', path: versionPath(apiVersion) }).catch((error: unknown) => {
    if (hasStatus(error, 404)) throw new InputError(`the cluster serves no ${apiVersion}`, { cause: error });
    throw error;
  });
  const resource = (answer as ResourceList).resources?.find((one) => one.kind === kind && !one.name.includes('/'));
  if (resource === undefined) throw new InputError(`the cluster serves no ${kind} of ${apiVersion}`);
  return resource.name;
}

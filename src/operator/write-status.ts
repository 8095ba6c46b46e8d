import { hasStatus, type KubeApi, type KubeObject } from './kube/kube-api.js';
import { objectPath } from './kube/paths.js';
import { GROUP, PLURAL, VERSION, type GoodputScalerStatus } from './resource.js';

/** The path of a GoodputScaler, or of a part of it. */
export function scalerPath({ namespace = '', name }: KubeObject['metadata'], subresource?: string): string {
  return objectPath(`${GROUP}/${VERSION}`, PLURAL, namespace, name, subresource);
}

/**
 * Writes the status onto the object that was read. If that has changed since, it is read anew and written once more: what was seen stays true;
 * one that is gone, or another of the same name, is left alone.
 */
export async function writeStatus(api: KubeApi, object: KubeObject, status: GoodputScalerStatus): Promise<void> {
  const put = (onto: KubeObject): Promise<unknown> =>
    api.send({ method: 'PUT', path: scalerPath(object.metadata, 'status'), body: { ...onto, status } });
  try {
    await put(object);
  } catch (error) {
    if (hasStatus(error, 404)) return;
    if (!hasStatus(error, 409)) throw error;
    const fresh = (await api.send({ method: 'GET', path: scalerPath(object.metadata) })) as KubeObject;
    if (fresh.metadata.uid === object.metadata.uid) await put(fresh);
  }
}

/** The path of a group and version: `apps/v1` is under /apis, `v1` under /api. */
export function versionPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/**
 * The path of a collection, an object, or a part of one.
 *
 * @param plural the resource as it stands in URLs, such as `deployments`
 * @param namespace null: of all namespaces, or of a resource that has none
 * @example objectPath('apps/v1', 'deployments', 'ai', 'llama', 'scale') // => /apis/apps/v1/namespaces/ai/deployments/llama/scale
 */
export function objectPath(
  apiVersion: string,
  plural: string,
  namespace: string | null,
  name?: string,
  subresource?: string,
): string {
  const parts = [
    ...(namespace === null ? [] : ['namespaces', namespace]),
    plural,
    ...(name === undefined ? [] : [name]),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  return [versionPath(apiVersion), ...parts.map(encodeURIComponent)].join('/');
}

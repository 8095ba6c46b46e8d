import type { Kube } from '../plane/kube.js';
import { eventually } from './eventually.js';

/** A custom resource that a test needs, with the fields that it uses. */
export interface Definition {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** Schemas of the fields of its spec, and of its status where it has one. */
  readonly spec: Record<string, object>;
  readonly status?: Record<string, object>;
  /** Where the scale subresource finds the selector of the pods; left out: it has no scale. */
  readonly labelSelectorPath?: string;
}

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Creates a custom resource and waits until it is served; what it gives takes it away again, with every object of it. */
export async function define(kube: Kube, definition: Definition): Promise<() => Promise<void>> {
  const { group, version, kind, plural } = definition;
  const name = `${plural}.${group}`;
  await kube.create(DEFINITIONS, {
    ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name } },
    spec: {
      ...{ group, scope: 'Namespaced', names: { kind, plural, singular: kind.toLowerCase() } },
      versions: [{ name: version, served: true, storage: true, ...versionOf(definition) }],
    },
  });
  await eventually(30, () => kube.list(`/apis/${group}/${version}/${plural}`));
  return async () => {
    await kube.remove(`${DEFINITIONS}/${name}`);
  };
}

function versionOf({ spec, status, labelSelectorPath }: Definition): object {
  const object = (properties: object): object => ({ type: 'object', properties });
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath };
  return {
    schema: { openAPIV3Schema: object({ spec: object(spec), ...(status && { status: object(status) }) }) },
    subresources: { ...(status && { status: {} }), ...(labelSelectorPath !== undefined && { scale }) },
  };
}

import { parseAllDocuments, stringify } from 'yaml';

interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  spec?: { template?: KubernetesObject };
}

/** The namespace of the operator in the plain manifests. */
export const NAMESPACE = 'foresail-system';

const NAMESPACE_OBJECT = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
const HELM_LABELS = ['helm.sh/chart', 'app.kubernetes.io/managed-by'];

/** What `helm template` printed as manifests for `kubectl apply`: its namespace first, and nothing that says helm manages them. */
export function plainManifests(rendered: string): string {
  const objects = parseAllDocuments(rendered)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
  for (const object of objects)
    for (const { metadata } of [object, object.spec?.template ?? object])
      for (const label of HELM_LABELS) Reflect.deleteProperty(metadata.labels ?? {}, label);
  return [NAMESPACE_OBJECT, ...objects].map((object) => yamlOf(object)).join('---\n');
}

/** A value as YAML, without anchors and without folded lines. */
export function yamlOf(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

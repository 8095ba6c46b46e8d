import { parseAllDocuments } from 'yaml';
import { packageFile } from '../../src/base/index.js';
import { helm } from '../cluster/helm-and-kubectl.js';

/** An object of Kubernetes as a test looks into it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: unknown;
}

/** The chart's folder. */
export const CHART = packageFile('charts/foresail');

/** The objects of a text of YAML documents. */
export function objectsOf(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

/** The objects that the chart makes with some values set, by kind and name. */
export async function renderedChart(...values: string[]): Promise<Map<string, KubernetesObject>> {
  const set = values.flatMap((value) => ['--set-json', value]);
  const objects = objectsOf(await helm('template', 'foresail', CHART, '--namespace', 'foresail-system', ...set));
  return new Map(
    objects.map((object) => [
      `${object.kind}/${[object.metadata.namespace, object.metadata.name].filter(Boolean).join('/')}`,
      object,
    ]),
  );
}

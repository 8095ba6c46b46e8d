import type { KubeApi, KubeObject } from './kube/kube-api.js';
import { KubeError } from './kube/kube-api.js';
import { objectPath } from './kube/paths.js';
import { listAll } from './kube/reflector.js';
import type { GoodputScalerSpec } from './resource.js';

type TargetRef = GoodputScalerSpec['pools'][number]['scaleTargetRef'];

interface Scaler extends KubeObject {
  readonly spec?: {
    readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string };
  };
}

const KINDS = [
  { apiVersion: 'autoscaling/v2', plural: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'keda.sh/v1alpha1', plural: 'scaledobjects', kind: 'ScaledObject' },
] as const;

/** Who else scales the targets: HorizontalPodAutoscalers and KEDA's ScaledObjects, such as `HorizontalPodAutoscaler llama`. */
export async function findRivals(api: KubeApi, namespace: string, targets: readonly TargetRef[]): Promise<string[]> {
  const found = await Promise.all(
    KINDS.map(async ({ apiVersion, plural, kind }) => {
      const items = await listIfServed(api, objectPath(apiVersion, plural, namespace));
      return items
        .filter(({ spec }) => targets.some((target) => isSame(target, spec?.scaleTargetRef ?? {})))
        .map(({ metadata }) => `${kind} ${metadata.name}`);
    }),
  );
  return found.flat();
}

/** Where KEDA is not installed, or its objects may not be read, there are none to be seen. */
async function listIfServed(api: KubeApi, path: string): Promise<Scaler[]> {
  try {
    return (await listAll(api, path, { resourceVersion: '0' })).items;
  } catch (error) {
    if (error instanceof KubeError && (error.status === 404 || error.status === 403)) return [];
    throw error;
  }
}

function isSame(target: TargetRef, { apiVersion = 'apps/v1', kind = 'Deployment', name }: Partial<TargetRef>): boolean {
  return name === target.name && kind === target.kind && groupOf(apiVersion) === groupOf(target.apiVersion);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
}

interface ScalerSpec {
  readonly mode?: string;
  readonly pools?: readonly { readonly scaleTargetRef?: Partial<TargetRef> }[];
}

/**
 * The GoodputScaler that was there first, of those that write to a target of this one, as `GoodputScaler name`; null when that is
 * this one.
 */
export function olderRival(own: KubeObject, all: Iterable<KubeObject>): string | null {
  const targets = targetsOf(own);
  const rivals = [...all].filter(
    (other) =>
      other.metadata.uid !== own.metadata.uid &&
      other.metadata.namespace === own.metadata.namespace &&
      WRITING.includes(specOf(other).mode ?? '') &&
      targetsOf(other).some((ref) =>
        targets.some(({ name = '', kind = 'Deployment', apiVersion = 'apps/v1' }) =>
          isSame({ name, kind, apiVersion }, ref),
        ),
      ),
  );
  const first = [own, ...rivals].sort((a, b) => (ageKey(a) < ageKey(b) ? -1 : 1))[0]!;
  return first === own ? null : `GoodputScaler ${first.metadata.name}`;
}

const WRITING: readonly string[] = ['Bounded', 'Auto'];

function specOf({ spec }: KubeObject): ScalerSpec {
  return spec ?? {};
}

function targetsOf(object: KubeObject): Partial<TargetRef>[] {
  return (specOf(object).pools ?? []).map(({ scaleTargetRef = {} }) => scaleTargetRef);
}

function ageKey({ metadata }: KubeObject): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
}

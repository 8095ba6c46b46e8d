import { hasStatus, type KubeApi, type KubeObject } from './kube/kube-api.js';
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

/** Who else scales a target, as far as it could be looked at. */
export interface RivalsFound {
  /** Such as `HorizontalPodAutoscaler llama`. */
  readonly rivals: readonly string[];
  /** Kinds that may not be read, such as `HorizontalPodAutoscalers`: there may be one of them. */
  readonly unseen: readonly string[];
}

/**
 * Who else scales the targets: HorizontalPodAutoscalers and KEDA's ScaledObjects.
 *
 * @throws KubeError when they could not be read for a reason that passes by itself
 */
export async function findRivals(api: KubeApi, namespace: string, targets: readonly TargetRef[]): Promise<RivalsFound> {
  const found = await Promise.all(
    KINDS.map(async ({ apiVersion, plural, kind }): Promise<RivalsFound> => {
      const items = await listIfServed(api, objectPath(apiVersion, plural, namespace));
      if (items === null) return { rivals: [], unseen: [`${kind}s`] };
      const rivals = items.filter(({ spec }) => targets.some((target) => isSame(target, spec?.scaleTargetRef ?? {})));
      return { rivals: rivals.map(({ metadata }) => `${kind} ${metadata.name}`), unseen: [] };
    }),
  );
  return { rivals: found.flatMap(({ rivals }) => rivals), unseen: found.flatMap(({ unseen }) => unseen) };
}

/** Where KEDA is not installed there are none; null where they may not be read. */
async function listIfServed(api: KubeApi, path: string): Promise<Scaler[] | null> {
  try {
    return (await listAll(api, path, { resourceVersion: '0' })).items;
  } catch (error) {
    if (hasStatus(error, 404)) return [];
    if (hasStatus(error, 403)) return null;
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

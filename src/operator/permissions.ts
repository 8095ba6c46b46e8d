import { GROUP, PLURAL } from './resource/names.js';

/** A right that the operator's service account needs, in the words of RBAC. */
export interface Permission {
  readonly group: string;
  /** Plural, with its subresource. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** What it is needed for. */
  readonly why: string;
}

/** A kind of scale target, as the chart's value `scaleTargets` names it. */
export interface ScaleTarget {
  readonly group: string;
  /** Plural. */
  readonly resource: string;
}

/** Needed in every namespace whose GoodputScalers are served. Secrets are granted one by one, by name: see `secretPermission`. */
export const WATCHED_NAMESPACE_PERMISSIONS: readonly Permission[] = [
  { group: GROUP, resource: PLURAL, verbs: ['get', 'list', 'watch'], why: 'read what is to be scaled' },
  { group: GROUP, resource: `${PLURAL}/status`, verbs: ['update'], why: 'say what was seen and decided' },
  { group: '', resource: 'pods', verbs: ['list'], why: 'see which replicas start, serve and end' },
  { group: '', resource: 'pods', verbs: ['patch'], why: 'set pod-deletion-cost, so that the emptiest pods go first' },
  { group: '', resource: 'configmaps', verbs: ['get'], why: 'read latency profiles' },
  { group: '', resource: 'events', verbs: ['create'], why: 'record decisions' },
  {
    group: 'autoscaling',
    resource: 'horizontalpodautoscalers',
    verbs: ['list'],
    why: 'find another scaler on the same target',
  },
  {
    group: 'keda.sh',
    resource: 'scaledobjects',
    verbs: ['list'],
    why: 'find another scaler on the same target',
  },
];

/** Needed in the operator's own namespace. */
export const OWN_NAMESPACE_PERMISSIONS: readonly Permission[] = [
  {
    group: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['get', 'create', 'update'],
    why: 'agree with other replicas of the operator on which of them writes',
  },
];

/** Needed for each kind of target, in every namespace whose GoodputScalers are served. */
export function scaleTargetPermissions({ group, resource }: ScaleTarget): Permission[] {
  return [
    { group, resource, verbs: ['get'], why: 'see roll-outs in progress, and pods that cannot be created' },
    { group, resource: `${resource}/scale`, verbs: ['get', 'patch'], why: 'read and set replicas' },
  ];
}

/** Needed to read Secrets that `authSecretRef` names; none other can be read. */
export const secretPermission: Permission = {
  group: '',
  resource: 'secrets',
  verbs: ['get'],
  why: 'sign in to Prometheus',
};

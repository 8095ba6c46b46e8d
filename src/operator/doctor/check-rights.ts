import type { KubeApi } from '../kube/kube-api.js';
import {
  OWN_NAMESPACE_PERMISSIONS,
  scaleTargetPermissions,
  WATCHED_NAMESPACE_PERMISSIONS,
  type Permission,
  type ScaleTarget,
} from '../permissions.js';
import type { ClusterFinding } from './finding.js';

/** What gives a right that is missing. */
export const RIGHTS_ADVICE =
  'give the right with the Helm chart (rbac.create, watchNamespaces, scaleTargets), or run this as the service account of the operator';

/** What rights are asked for. */
export interface RightsQuestion {
  /** Namespaces whose GoodputScalers are served; empty: all. */
  readonly namespaces: readonly string[];
  readonly leaseNamespace: string;
  readonly scaleTargets: readonly ScaleTarget[];
}

/** Whether whoever asks has every right that the operator needs: one finding for each place where all are there, else one for each that is missing. */
export async function checkRights(
  api: KubeApi,
  { namespaces, leaseNamespace, scaleTargets }: RightsQuestion,
): Promise<ClusterFinding[]> {
  const watched = [...WATCHED_NAMESPACE_PERMISSIONS, ...scaleTargets.flatMap(scaleTargetPermissions)];
  const findings: ClusterFinding[] = [];
  for (const namespace of namespaces.length === 0 ? [''] : namespaces)
    findings.push(...(await rightsIn(api, namespace, namespace === '' ? 'all namespaces' : namespace, watched)));
  findings.push(...(await rightsIn(api, leaseNamespace, `${leaseNamespace}, its own`, OWN_NAMESPACE_PERMISSIONS)));
  return findings;
}

async function rightsIn(
  api: KubeApi,
  namespace: string,
  where: string,
  permissions: readonly Permission[],
): Promise<ClusterFinding[]> {
  const asked = permissions.flatMap((permission) => permission.verbs.map((verb) => ({ permission, verb })));
  const check = `rights in ${where}`;
  const missing: ClusterFinding[] = [];
  for (const { permission, verb } of asked)
    if (!(await isAllowed(api, namespace, permission, verb)))
      missing.push({
        check,
        status: 'failed',
        found: `missing: ${rightText(permission, verb)}`,
        advice: RIGHTS_ADVICE,
      });
  return missing.length > 0 ? missing : [{ check, status: 'ok', found: `all ${asked.length}` }];
}

function rightText({ group, resource, why }: Permission, verb: string): string {
  const [plural, subresource] = resource.split('/') as [string, string?];
  return `${verb} ${plural}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`} (to ${why})`;
}

async function isAllowed(
  api: KubeApi,
  namespace: string,
  { group, resource }: Permission,
  verb: string,
): Promise<boolean> {
  const [plural, subresource] = resource.split('/');
  const answer = (await api.send({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
      spec: { resourceAttributes: { namespace, verb, group, resource: plural, ...(subresource && { subresource }) } },
    },
  })) as { status?: { allowed?: boolean } };
  return answer.status?.allowed === true;
}

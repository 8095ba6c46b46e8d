import {
  OWN_NAMESPACE_PERMISSIONS,
  scaleTargetPermissions,
  secretPermission,
  WATCHED_NAMESPACE_PERMISSIONS,
  type Permission,
} from '../../src/operator/index.js';

const ruleOf = ({ group, resource, verbs }: Permission): object => ({
  apiGroups: [group],
  resources: [resource],
  verbs: [...verbs],
});

/** The operator's rights as the chart's templates read them; of a target the subresource and verbs, since its kind is a value of the chart. */
export function rbacRules(): object {
  return {
    watchedNamespace: WATCHED_NAMESPACE_PERMISSIONS.map(ruleOf),
    ownNamespace: OWN_NAMESPACE_PERMISSIONS.map(ruleOf),
    scaleTarget: scaleTargetPermissions({ group: '', resource: '' }).map(({ resource, verbs }) => ({
      subresource: resource,
      verbs: [...verbs],
    })),
    secret: { verbs: [...secretPermission.verbs] },
  };
}

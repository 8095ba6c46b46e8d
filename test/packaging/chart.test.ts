import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { V1PodSpec, V1StatefulSetSpec } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { packageFile } from '../../src/base/index.js';
import {
  alertRules,
  dashboard,
  customResourceDefinition,
  OWN_NAMESPACE_PERMISSIONS,
  scaleTargetPermissions,
  WATCHED_NAMESPACE_PERMISSIONS,
  type Permission,
} from '../../src/operator/index.js';
import { helm } from '../cluster/helm-and-kubectl.js';
import { CHART, renderedChart, type KubernetesObject } from '../helpers/chart.js';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

const rightsOf = (rules: Rule[]): string[] =>
  rules
    .flatMap(({ apiGroups, resources, verbs, resourceNames = [''] }) =>
      resourceNames.flatMap((name) =>
        verbs.map((verb) => `${verb} ${apiGroups.join()} ${resources.join()} ${name}`.trim()),
      ),
    )
    .sort();
const wanted = (...permissions: Permission[]): string[] =>
  rightsOf(
    permissions.map(({ group, resource, verbs }) => ({ apiGroups: [group], resources: [resource], verbs: [...verbs] })),
  );
const kindsOf = (objects: Map<string, KubernetesObject>, kind: string): string[] =>
  [...objects.keys()].filter((key) => key.startsWith(`${kind}/`));
const operatorOf = (objects: Map<string, KubernetesObject>): V1StatefulSetSpec =>
  objects.get('StatefulSet/foresail-system/foresail')!.spec as V1StatefulSetSpec;
const podOf = (objects: Map<string, KubernetesObject>): V1PodSpec => operatorOf(objects).template.spec!;
const argsOf = (objects: Map<string, KubernetesObject>): string[] => podOf(objects).containers[0]!.args!;
const deployments = scaleTargetPermissions({ group: 'apps', resource: 'deployments' });

describe('the Helm chart', function () {
  this.timeout(60_000); // the first use of helm unpacks it

  it('is what helm lint asks for', async () => {
    assert.match(await helm('lint', '--strict', CHART), /1 chart\(s\) linted, 0 chart\(s\) failed/);
  });

  it('has the version of the package', () => {
    const chart = parse(readFileSync(packageFile('charts/foresail/Chart.yaml'), 'utf8')) as Record<string, string>;
    const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
    assert.deepEqual([chart.version, chart.appVersion], [version, version]);
  });

  it('keeps the definition of the custom resource on uninstall', async () => {
    const crd = (await renderedChart()).get('CustomResourceDefinition/goodputscalers.foresail.dev')!;
    assert.equal(crd.metadata.annotations!['helm.sh/resource-policy'], 'keep');
    assert.deepEqual(crd.spec, (customResourceDefinition() as KubernetesObject).spec);
    assert.deepEqual(kindsOf(await renderedChart('crds.install=false'), 'CustomResourceDefinition'), []);
  });

  it('gives rights for all namespaces unless some are named', async () => {
    const objects = await renderedChart();
    assert.deepEqual(
      rightsOf(objects.get('ClusterRole/foresail')!.rules as Rule[]),
      wanted(...WATCHED_NAMESPACE_PERMISSIONS, ...deployments),
    );
    assert.deepEqual(
      rightsOf(objects.get('Role/foresail-system/foresail-own')!.rules as Rule[]),
      wanted(...OWN_NAMESPACE_PERMISSIONS),
    );
    for (const binding of ['ClusterRoleBinding/foresail', 'RoleBinding/foresail-system/foresail-own'])
      assert.deepEqual(objects.get(binding)!.subjects, [
        { kind: 'ServiceAccount', name: 'foresail', namespace: 'foresail-system' },
      ]);
  });

  it('gives rights in the named namespaces alone, and serves those', async () => {
    const objects = await renderedChart('watchNamespaces=["chat","search"]');
    assert.deepEqual(kindsOf(objects, 'ClusterRoleBinding'), []);
    assert.deepEqual(kindsOf(objects, 'Role'), [
      'Role/chat/foresail',
      'Role/search/foresail',
      'Role/foresail-system/foresail-own',
    ]);
    assert.deepEqual(
      rightsOf(objects.get('Role/chat/foresail')!.rules as Rule[]),
      wanted(...WATCHED_NAMESPACE_PERMISSIONS, ...deployments),
    );
    assert.equal((objects.get('RoleBinding/chat/foresail')!.roleRef as { kind: string }).kind, 'Role');
    assert.deepEqual(
      argsOf(objects).filter((arg) => arg.startsWith('--namespace')),
      ['--namespace=chat', '--namespace=search'],
    );
  });

  it('gives rights to scale the named kinds and to read the named Secrets alone', async () => {
    const groups = { group: 'leaderworkerset.x-k8s.io', resource: 'leaderworkersets' };
    const objects = await renderedChart(`scaleTargets=${JSON.stringify([groups])}`, 'secretNames=["prometheus"]');
    assert.deepEqual(
      rightsOf(objects.get('ClusterRole/foresail')!.rules as Rule[]),
      [
        ...wanted(...WATCHED_NAMESPACE_PERMISSIONS, ...scaleTargetPermissions(groups)),
        'get  secrets prometheus',
      ].sort(),
    );
  });

  it('runs without root, privileges or a writable root file system', async () => {
    const { securityContext, containers } = podOf(await renderedChart());
    assert.equal(securityContext?.runAsNonRoot, true);
    assert.equal(securityContext.seccompProfile?.type, 'RuntimeDefault');
    assert.deepEqual(containers[0]!.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    assert.ok(containers[0]!.resources?.limits?.memory);
  });

  it('keeps models and samples on a volume of each pod, or with the pod', async () => {
    const namesOf = (all: { name: string }[]): string[] => all.map(({ name }) => name);
    const kept = operatorOf(await renderedChart());
    assert.equal(kept.volumeClaimTemplates![0]!.metadata!.name, 'data');
    const passing = operatorOf(await renderedChart('persistence.enabled=false'));
    assert.equal(passing.volumeClaimTemplates, undefined);
    assert.deepEqual(namesOf(passing.template.spec!.volumes!), ['tmp', 'data']);
  });

  it('makes NetworkPolicy, PodDisruptionBudget and ServiceMonitor where they are wanted', async () => {
    const optional = ['NetworkPolicy', 'PodDisruptionBudget', 'ServiceMonitor'];
    const made = (objects: Map<string, KubernetesObject>): string[] =>
      optional.filter((kind) => kindsOf(objects, kind).length > 0);
    assert.deepEqual(made(await renderedChart()), ['NetworkPolicy', 'PodDisruptionBudget']);
    const switched = [
      'networkPolicy.enabled=false',
      'podDisruptionBudget.enabled=false',
      'serviceMonitor.enabled=true',
    ];
    assert.deepEqual(made(await renderedChart(...switched)), ['ServiceMonitor']);
  });

  it('brings the alerts and the dashboard where they are wanted', async () => {
    const plain = await renderedChart();
    assert.equal(kindsOf(plain, 'PrometheusRule').length + kindsOf(plain, 'ConfigMap').length, 0);
    const objects = await renderedChart('prometheusRule.enabled=true', 'dashboard.enabled=true');
    const rules = objects.get('PrometheusRule/foresail-system/foresail')!;
    assert.deepEqual(rules.spec, alertRules());
    const config = objects.get('ConfigMap/foresail-system/foresail-dashboard')!;
    assert.deepEqual(config.metadata.labels!.grafana_dashboard, '1');
    assert.deepEqual(JSON.parse((config.data as Record<string, string>)['foresail.json']!), dashboard());
  });

  it('hands the allowed addresses of Prometheus to the operator', async () => {
    const objects = await renderedChart('prometheus.allow=["http://prometheus.monitoring:9090"]');
    assert.ok(argsOf(objects).includes('--prometheus-allow=http://prometheus.monitoring:9090'));
  });

  for (const [value, field] of [
    ['replicas=-1', 'replicas'],
    ['watchNamespaces="chat"', 'watchNamespaces'],
    ['scaleTargets=[{"resource":"deployments"}]', 'scaleTargets'],
    ['image.digest="sha256:short"', 'digest'],
    ['prometheus.allow=["file:///etc"]', 'prometheus'],
    ['replica=2', 'replica'],
  ] as const)
    it(`refuses ${value}`, () => assert.rejects(renderedChart(value), new RegExp(`values don't meet[^]*${field}`)));
});

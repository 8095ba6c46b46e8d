import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const labels = z.record(z.string(), z.string());
const freeForm = z.record(z.string(), z.unknown());
const quantity = z.string().regex(/^[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/);
const resourceList = z.record(z.string(), quantity);
const port = z.int().min(1).max(65535);

/** The values of the Helm chart: the one source of values.yaml, values.schema.json and their table in the documentation. */
export const chartValues = z.strictObject({
  image: z
    .strictObject({
      repository: z.string().min(1).default('ghcr.io/foresail/foresail').describe('Where the image is'),
      tag: z.string().default('').describe("Its tag; empty: the chart's appVersion"),
      digest: z
        .string()
        .regex(/^(sha256:[0-9a-f]{64})?$/)
        .default('')
        .describe('Its digest (sha256:...), instead of the tag'),
      pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent').describe('When it is pulled'),
    })
    .prefault({})
    .describe('The image of the operator'),
  imagePullSecrets: z.array(z.strictObject({ name })).default([]).describe('Secrets with which it is pulled'),
  replicas: z.int().min(0).max(10).default(1).describe('Pods of the operator; one of them writes, the others stand by'),
  watchNamespaces: z
    .array(name)
    .default([])
    .describe('Namespaces whose GoodputScalers are served, by Roles in each of them; empty: all, by a ClusterRole'),
  scaleTargets: z
    .array(
      z.strictObject({
        group: z
          .string()
          .regex(/^[a-z0-9.-]*$/)
          .describe('API group'),
        resource: z
          .string()
          .regex(/^[a-z0-9]+$/)
          .describe('Plural'),
      }),
    )
    .min(1)
    .default([{ group: 'apps', resource: 'deployments' }])
    .describe(
      'Kinds that may be scaled: RBAC gives their scale subresources alone. LeaderWorkerSets: {group: leaderworkerset.x-k8s.io, resource: leaderworkersets}',
    ),
  secretNames: z
    .array(z.string().min(1).max(253))
    .default([])
    .describe('Secrets that authSecretRef may name; no other can be read'),
  prometheus: z
    .strictObject({
      allow: z
        .array(z.string().regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/))
        .default([])
        .describe('Beginnings of the URLs that GoodputScalers may name; empty: any'),
    })
    .prefault({})
    .describe('Access to Prometheus'),
  crds: z
    .strictObject({
      install: z
        .boolean()
        .default(true)
        .describe('Install and upgrade the definition of GoodputScaler; it is kept on uninstall'),
    })
    .prefault({})
    .describe('The custom resource'),
  serviceAccount: z
    .strictObject({
      create: z.boolean().default(true).describe('Whether to create it'),
      name: z
        .union([name, z.literal('')])
        .default('')
        .describe('Its name; empty: that of the release'),
      annotations: labels.default({}).describe('Its annotations'),
    })
    .prefault({})
    .describe('The service account of the operator'),
  rbac: z
    .strictObject({
      create: z.boolean().default(true).describe('Whether to create roles and their bindings'),
      aggregate: z
        .boolean()
        .default(true)
        .describe("Whether the cluster's roles view, edit and admin include GoodputScalers"),
    })
    .prefault({})
    .describe('Rights'),
  persistence: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Keep models and samples on a volume of each pod; otherwise they go with the pod'),
      size: quantity.default('2Gi').describe('Size of the volume'),
      storageClassName: z.string().default('').describe("Its storage class; empty: the cluster's default"),
    })
    .prefault({})
    .describe('The volume'),
  resources: z
    .strictObject({
      requests: resourceList.default({ cpu: '250m', memory: '512Mi' }).describe('What is reserved'),
      limits: resourceList.default({ memory: '2Gi' }).describe('What is not exceeded'),
    })
    .prefault({})
    .describe('Resources of the container; models are trained in it'),
  networkPolicy: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Restrict the traffic of the pods'),
      ingressFrom: z
        .array(freeForm)
        .default([])
        .describe('Who may read metrics: peers of a NetworkPolicy; empty: everyone'),
      egressPorts: z
        .array(port)
        .default([443, 6443, 9090, 8000])
        .describe(
          'Ports that the operator may reach: the API server, Prometheus, and pods that are read without Prometheus',
        ),
    })
    .prefault({})
    .describe('The NetworkPolicy; DNS is always allowed'),
  podDisruptionBudget: z
    .strictObject({ enabled: z.boolean().default(true).describe('Let one pod at most be evicted at a time') })
    .prefault({})
    .describe('The PodDisruptionBudget'),
  serviceMonitor: z
    .strictObject({
      enabled: z.boolean().default(false).describe("Create one; needs the Prometheus operator's definitions"),
      interval: z
        .string()
        .regex(/^[0-9]+(ms|s|m)$/)
        .default('15s')
        .describe('Time between two scrapes'),
      labels: labels.default({}).describe('Labels by which Prometheus finds it'),
    })
    .prefault({})
    .describe('The ServiceMonitor for the metrics of the operator itself'),
  prometheusRule: z
    .strictObject({
      enabled: z.boolean().default(false).describe("Create one; needs the Prometheus operator's definitions"),
      labels: labels.default({}).describe('Labels by which Prometheus finds it'),
    })
    .prefault({})
    .describe('The PrometheusRule with the alerts'),
  dashboard: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Create one'),
      labels: labels.default({ grafana_dashboard: '1' }).describe("Labels by which Grafana's sidecar finds it"),
    })
    .prefault({})
    .describe('The ConfigMap with the Grafana dashboard'),
  podLabels: labels.default({}).describe('More labels of the pods'),
  podAnnotations: labels.default({}).describe('Annotations of the pods'),
  priorityClassName: z.string().default('').describe('Priority class of the pods'),
  nodeSelector: labels.default({}).describe('Labels of the nodes that may run the pods'),
  tolerations: z.array(freeForm).default([]).describe('Taints that the pods tolerate'),
  affinity: freeForm.default({}).describe('Affinity of the pods'),
});

/** The JSON schema by which helm checks values. `global` is what a parent chart hands down. */
export function chartValuesSchema(): object {
  const { properties, ...root } = z.toJSONSchema(chartValues, { io: 'input', target: 'draft-7' });
  return { ...root, properties: { ...properties, global: { type: 'object' } } };
}

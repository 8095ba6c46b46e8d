import { z } from 'zod';
import { GROUP, KIND, PLURAL, VERSION } from './names.js';
import { goodputScalerSpec } from './spec.js';
import { goodputScalerStatus } from './status.js';
import { structuralSchema } from './structural-schema.js';

const DESCRIPTION =
  'GoodputScaler scales the pools of one vLLM model ahead of its load, so that most requests meet the SLO on the fewest GPUs.';

/** The name by which the API server knows the definition. */
export const CRD_NAME = `${PLURAL}.${GROUP}`;

/** Columns of `kubectl get`; a pool that there is none of stays empty. */
const COLUMNS = [
  { name: 'Model', type: 'string', jsonPath: '.spec.model' },
  { name: 'Mode', type: 'string', jsonPath: '.spec.mode' },
  ...['serve', 'prefill', 'decode'].map((role) => ({
    name: `${role[0]!.toUpperCase()}${role.slice(1)}`,
    type: 'integer',
    description: `Replicas that are wanted of the pool ${role}`,
    jsonPath: `.status.pools[?(@.role=="${role}")].desired`,
  })),
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Reason', type: 'string', jsonPath: '.status.decision.reason' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/** The definition of the custom resource, as the API server takes it: what k8s/crd.yaml and the chart hold. */
export function customResourceDefinition(): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: CRD_NAME },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { plural: PLURAL, singular: KIND.toLowerCase(), kind: KIND, listKind: `${KIND}List`, shortNames: ['gps'] },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: COLUMNS,
          schema: { openAPIV3Schema: rootSchema() },
        },
      ],
    },
  };
}

function rootSchema(): object {
  const whole = z.object({ spec: goodputScalerSpec, status: goodputScalerStatus.optional() }).describe(DESCRIPTION);
  const { properties, ...root } = structuralSchema(whole) as { properties: object };
  const text = { type: 'string' };
  return { ...root, properties: { apiVersion: text, kind: text, metadata: { type: 'object' }, ...properties } };
}

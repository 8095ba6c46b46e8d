import { checkTimeZone } from '../../base/index.js';
import { z } from 'zod';
import { dataKey, durationWithin, objectName } from './fields.js';
import { profileNames } from '../../serving/index.js';
import { withRules } from './rules.js';
import { DEFAULT_QUERIES, type QueryName } from '../../vllm/index.js';

const QUERY_NAMES = Object.keys(DEFAULT_QUERIES) as [QueryName, ...QueryName[]];

// The API server keeps any key of a map, so the names are a rule here and a type there.
const queries = withRules(
  z.partialRecord(z.enum(QUERY_NAMES), z.string().min(1).max(4096)).meta({ maxProperties: QUERY_NAMES.length }),
  [
    {
      rule: `self.all(name, name in [${QUERY_NAMES.map((name) => `'${name}'`).join(', ')}])`,
      message: 'queries must have the names of built-in ones',
      holds: () => true,
    },
  ],
);

const prometheus = z
  .strictObject({
    url: z
      .string()
      .max(2048)
      .regex(
        /^https?:\/\/[^\s/?#@]+(\/[^\s?#@]*)?$/,
        'must be a URL such as http://prometheus:9090, without user, query or fragment',
      )
      .describe('Address of the HTTP API, such as http://prometheus.monitoring:9090.'),
    authSecretRef: z
      .strictObject({ name: objectName.describe('Name of the Secret.') })
      .optional()
      .describe(
        'A Secret in the namespace of this resource, with token (bearer), or username and password (basic), and ca.crt where the server has its own CA.',
      ),
    queries: queries
      .optional()
      .describe(`PromQL instead of the built-in queries, by their names: ${QUERY_NAMES.join(', ')}.`),
  })
  .describe('Read from a Prometheus that scrapes the pods of vLLM.');

const pods = z
  .strictObject({
    port: z.int().min(1).max(65535).default(8000).describe('Port of the metrics.'),
    path: z
      .string()
      .max(1024)
      .regex(/^\/[^\s?#]*$/, 'must be a path such as /metrics')
      .default('/metrics')
      .describe('Path of the metrics.'),
  })
  .describe(
    'Read from the pods of vLLM themselves, where there is no Prometheus. History then begins with the operator.',
  );

/** Where the load of the service is read. */
export const load = withRules(
  z.strictObject({
    prometheus: prometheus.optional(),
    pods: pods.optional(),
    bin: durationWithin('1s', '1h')
      .prefault('60s')
      .describe('Length of the bins in which load is counted and forecast, from 1s to 1h.'),
    timeZone: z
      .string()
      .min(1)
      .max(64)
      .refine(isTimeZone, 'must be an IANA time zone such as Asia/Hong_Kong')
      .default('UTC')
      .describe('IANA time zone whose hours and weekdays the load follows, such as Asia/Hong_Kong.'),
  }),
  [
    {
      rule: 'has(self.prometheus) != has(self.pods)',
      message: 'load must have exactly one of prometheus and pods',
      holds: (value) => (value.prometheus === undefined) !== (value.pods === undefined),
    },
  ],
).describe('Where the load of the service is read.');

/** The latency profile: shipped, or the user's own from a ConfigMap. */
export const profile = withRules(
  z.strictObject({
    name: z
      .enum(profileNames() as [string, ...string[]])
      .optional()
      .describe('A profile that ships with Foresail.'),
    configMapRef: z
      .strictObject({
        name: objectName.describe('Name of the ConfigMap.'),
        key: dataKey.default('profile.json').describe('Key that holds the profile.'),
      })
      .optional()
      .describe('A ConfigMap in the namespace of this resource with what foresail profile fit wrote.'),
  }),
  [
    {
      rule: 'has(self.name) != has(self.configMapRef)',
      message: 'profile must have exactly one of name and configMapRef',
      holds: (value) => (value.name === undefined) !== (value.configMapRef === undefined),
    },
  ],
).describe(
  'Latency of the model on its GPU. Without a profile nothing is planned ahead: Foresail reacts to queues and latencies only.',
);

function isTimeZone(name: string): boolean {
  try {
    checkTimeZone(name);
    return true;
  } catch {
    return false;
  }
}

import assert from 'node:assert/strict';
import { z } from 'zod';
import { customResourceDefinition } from '../../src/operator/index.js';
import { structuralSchema } from '../../src/operator/resource/structural-schema.js';

type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; items?: Schema };

const RULES = new Set([
  ...['description', 'type', 'default', 'enum', 'required', 'properties', 'items', 'additionalProperties', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'pattern'],
  ...['minItems', 'maxItems', 'maxProperties'],
  ...['x-kubernetes-validations', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys'],
]);

/** Every level of a schema with its path. */
function* levels(schema: Schema, path = ''): Generator<readonly [string, Schema]> {
  yield [path, schema];
  for (const [name, field] of Object.entries(schema.properties ?? {})) yield* levels(field, `${path}.${name}`);
  for (const inner of [schema.items, schema.additionalProperties as Schema | undefined])
    if (inner) yield* levels(inner, `${path}[]`);
}

describe('a structural schema', () => {
  it('keeps types, bounds, defaults and rules, and drops what Kubernetes does not take', () => {
    const schema = z.strictObject({
      count: z.int().min(1).default(3).describe('How many.'),
      any: z.int(),
      share: z.number().gt(0).max(1),
      of: z.partialRecord(z.enum(['a', 'b']), z.int().min(0)).optional(),
      deep: z
        .strictObject({ at: z.string().prefault('x') })
        .prefault({})
        .meta({ 'x-kubernetes-validations': [{ rule: 'true' }] }),
    });
    assert.deepEqual(structuralSchema(schema), {
      type: 'object',
      required: ['any', 'share'],
      properties: {
        count: { description: 'How many.', type: 'integer', default: 3, minimum: 1 },
        any: { type: 'integer' },
        share: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 1 },
        of: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } },
        deep: {
          type: 'object',
          default: {},
          'x-kubernetes-validations': [{ rule: 'true' }],
          properties: { at: { type: 'string', default: 'x' } },
        },
      },
    });
  });

  it('is refused for what has no single type', () => {
    assert.throws(() => structuralSchema(z.strictObject({ at: z.union([z.string(), z.number()]) })), /\.at/);
    assert.throws(() => structuralSchema(z.strictObject({ at: z.any() })), TypeError);
  });
});

describe('the custom resource definition', () => {
  const { spec } = customResourceDefinition() as {
    spec: { versions: { name: string; schema: { openAPIV3Schema: Schema } }[] };
  };
  const root = spec.versions[0]!.schema.openAPIV3Schema;
  const all = [...levels(root)];

  it('has only what a structural schema may have', () => {
    assert.ok(all.length > 100);
    for (const [path, schema] of all)
      for (const keyword of Object.keys(schema)) assert.ok(RULES.has(keyword), `${path}: ${keyword}`);
  });

  it('describes every field, for kubectl explain', () => {
    for (const [path, { description }] of all)
      if (/^\.(spec|status)/.test(path) && !path.endsWith('[]'))
        assert.match(String(description), /^[A-Z0-9a-z].*\.$/s, path);
  });

  it('bounds every list and text that a rule reads, as the cost of rules is counted', () => {
    for (const [path, schema] of all.filter(([at]) => at.startsWith('.spec')))
      if (schema.type === 'array') assert.ok(schema.maxItems, path);
      else if (schema.type === 'string' && !schema.enum) assert.ok(schema.maxLength, path);
  });
});

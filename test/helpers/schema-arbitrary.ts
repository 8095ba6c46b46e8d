import fc from 'fast-check';

/** The part of JSON Schema that the service's document uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** Values that fit a schema; what a schema cannot say (a refinement) may still be broken. */
export function valuesOf(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): fc.Arbitrary<unknown> {
  const inner = (part: JsonSchema): fc.Arbitrary<unknown> => valuesOf(part, components);
  if (schema.$ref !== undefined) return inner(components[schema.$ref.split('/').at(-1)!]!);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(inner));
  const { minimum = -1e6, maximum = 1e6 } = schema;
  switch (schema.type) {
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const parts = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)]));
      return fc.record(parts, { requiredKeys: [...required], noNullPrototype: true });
    }
    case 'array':
      return fc.array(inner(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    case 'integer':
      return fc.integer({ min: minimum, max: maximum });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'string':
      return schema.pattern === undefined
        ? fc.string({ minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 20, 20) })
        : fc.constantFrom('modelled-week', 'no-such-trace', 'a-0');
    default:
      return fc.jsonValue();
  }
}

/** Values that a schema describes, most of them then spoilt in one place. */
export function nearlyValuesOf(
  schema: JsonSchema,
  components: Readonly<Record<string, JsonSchema>>,
): fc.Arbitrary<unknown> {
  const spoil = fc.tuple(valuesOf(schema, components), fc.nat(), fc.jsonValue()).map(([value, at, other]) => {
    if (typeof value !== 'object' || value === null) return other;
    const keys = [...Object.keys(value), 'surprise'];
    return { ...value, [keys[at % keys.length]!]: other };
  });
  return fc.oneof(
    { weight: 3, arbitrary: valuesOf(schema, components) },
    { weight: 5, arbitrary: spoil },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
}

import { z } from 'zod';

type Json = Record<string, unknown>;

/** Kept by zod for its own `int()`, and nothing to Kubernetes, whose integers have 64 bits. */
const WHOLE_RANGE = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

/**
 * The schema of what may be written, as a custom resource definition takes it: OpenAPI 3.0 that is structural. So no `$ref`, no `additionalProperties: false` (the API
 * server prunes what it does not know), no `propertyNames`, none of zod's own annotations, every level with its type.
 *
 * @throws TypeError at what cannot be said in a structural schema, such as a union
 */
export function structuralSchema(schema: z.ZodType): Json {
  return cleaned(z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0', reused: 'inline' }), '');
}

/** Keywords that people look for first; the others follow as they come. */
const FIRST = ['description', 'type', 'default', 'enum', 'required'];
const rankOf = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);

function cleaned(schema: Json, path: string): Json {
  if (typeof schema.type !== 'string')
    throw new TypeError(`Cannot write a structural schema: ${path || 'the root'} has no single type`);
  const kept = Object.entries(schema).filter(([key, value]) => !isDropped(key, value));
  kept.sort(([a], [b]) => rankOf(a) - rankOf(b));
  return Object.fromEntries(kept.map(([key, value]) => [key, inside(key, value, path)]));
}

function isDropped(key: string, value: unknown): boolean {
  if (key === '$schema' || key === 'propertyNames' || value === undefined) return true;
  if (key === 'additionalProperties') return typeof value === 'boolean';
  return (key === 'minimum' || key === 'maximum') && WHOLE_RANGE.includes(value as number);
}

function inside(key: string, value: unknown, path: string): unknown {
  if (key === 'items' || key === 'additionalProperties') return cleaned(value as Json, `${path}[]`);
  if (key !== 'properties') return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, Json>).map(([name, field]) => [name, cleaned(field, `${path}.${name}`)]),
  );
}

import { Document, isMap, isScalar, type YAMLMap } from 'yaml';
import { z } from 'zod';

/** What the text of a schema needs from it. */
type Described = z.ZodType & { readonly unwrap?: () => Described; readonly shape?: Record<string, Described> };

/** One value of the chart: its dotted path, its default and what it is for. */
export interface ValueRow {
  readonly path: string;
  readonly fallback: unknown;
  readonly description: string;
}

/** The fields of an object below its defaults; null for what is no object with known fields, such as a list of them. */
export function fieldsOf(schema: Described): Record<string, Described> | null {
  let inner: Described = schema;
  while (!inner.shape && inner.unwrap && !(inner instanceof z.ZodArray)) inner = inner.unwrap();
  return inner.shape ?? null;
}

/** Every value at its deepest path, in order. */
export function valueRows(schema: Described, fallback: unknown, path = ''): ValueRow[] {
  return Object.entries(fieldsOf(schema) ?? {}).flatMap(([name, field]) => {
    const inside = (fallback as Record<string, unknown>)[name];
    const row = { path: `${path}${name}`, fallback: inside, description: field.description ?? '' };
    return fieldsOf(field) ? valueRows(field, inside, `${row.path}.`) : [row];
  });
}

/** Defaults as YAML, each with its description as a comment above it. */
export function valuesFile(schema: Described, fallback: unknown): string {
  const document = new Document(fallback, { aliasDuplicateObjects: false });
  comment(document.contents as unknown as YAMLMap, schema);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function comment(map: YAMLMap, schema: Described): void {
  const fields = fieldsOf(schema) ?? {};
  for (const { key, value } of map.items) {
    if (!isScalar(key)) continue;
    const field = fields[String(key.value)];
    if (!field) continue;
    key.commentBefore = ` ${field.description ?? ''}`;
    if (isMap(value) && fieldsOf(field)) comment(value, field);
  }
}

import type { z } from 'zod';

/** A rule over several fields of a value, said twice: as the API server checks it, and as this process does. */
export interface Rule<T> {
  /** In Kubernetes' CEL, over `self`: the value as it was written, defaults filled in. Left out where CEL cannot say it: this process alone checks it. */
  readonly rule?: string;
  /** What must hold, for people. */
  readonly message: string;
  /** The same over the value as it was read. */
  readonly holds: (value: T) => boolean;
}

/** A schema with rules that `parse` holds it to, and the API server those that CEL can say. */
export function withRules<S extends z.ZodType>(schema: S, rules: readonly Rule<z.output<S>>[]): S {
  let checked = schema;
  for (const { holds, message } of rules) checked = checked.refine(holds, message);
  const validations = rules.flatMap(({ rule, message }) => (rule === undefined ? [] : [{ rule, message }]));
  return checked.meta({ 'x-kubernetes-validations': validations });
}

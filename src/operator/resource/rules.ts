import type { z } from 'zod';

/** A rule over several fields of a value, said twice: as the API server checks it, and as this process does. */
export interface Rule<T> {
  /** In Kubernetes' CEL, over `self`: the value as it was written, defaults filled in. */
  readonly rule: string;
  /** What must hold, for people. */
  readonly message: string;
  /** The same over the value as it was read. */
  readonly holds: (value: T) => boolean;
}

/** A schema with rules that both the API server and `parse` hold it to. */
export function withRules<S extends z.ZodType>(schema: S, rules: readonly Rule<z.output<S>>[]): S {
  let checked = schema;
  for (const { holds, message } of rules) checked = checked.refine(holds, message);
  return checked.meta({ 'x-kubernetes-validations': rules.map(({ rule, message }) => ({ rule, message })) });
}

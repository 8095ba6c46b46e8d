import { z } from 'zod';
import { InputError } from '../base/index.js';
import { goodputScalerSpec, type GoodputScalerSpec } from './resource/spec.js';
import { goodputScalerStatus, type GoodputScalerStatus } from './resource/status.js';

export { customResourceDefinition } from './resource/custom-resource-definition.js';
export { limitsOf } from './resource/limits.js';
export * from './resource/names.js';
export { goodputScalerSpec, type GoodputScalerSpec } from './resource/spec.js';
export {
  CONDITION_TYPES,
  type ConditionType,
  type GoodputScalerStatus,
  type StatusCondition,
} from './resource/status.js';

/** A GoodputScaler as the API server gave it, checked. */
export interface GoodputScaler {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly generation: number;
    readonly resourceVersion: string;
    /** When its deletion was asked for. */
    readonly deletionTimestamp?: string | undefined;
  };
  readonly spec: GoodputScalerSpec;
  readonly status?: GoodputScalerStatus | undefined;
}

const metadata = z.object({
  name: z.string().min(1),
  namespace: z.string().min(1).default('default'),
  uid: z.string().default(''),
  generation: z.number().default(1),
  resourceVersion: z.string().default(''),
  deletionTimestamp: z.string().optional(),
});

/**
 * Reads a GoodputScaler from what the API server gave, or from a manifest. Fields of the spec that are not known are refused: they may say what this
 * version would not do. A status that is not understood is left out: it was only written by an operator.
 *
 * @throws InputError naming the resource, the field and the rule
 */
export function readGoodputScaler(object: unknown): GoodputScaler {
  const meta = metadata.safeParse(at(object, 'metadata'));
  if (!meta.success) throw new InputError(`GoodputScaler: ${firstIssue(meta.error, 'metadata')}`);
  const spec = goodputScalerSpec.safeParse(at(object, 'spec'));
  if (!spec.success)
    throw new InputError(`GoodputScaler ${meta.data.namespace}/${meta.data.name}: ${firstIssue(spec.error, 'spec')}`);
  const status = goodputScalerStatus.safeParse(at(object, 'status'));
  return { metadata: meta.data, spec: spec.data, ...(status.success && { status: status.data }) };
}

function at(object: unknown, field: string): unknown {
  return (object as Record<string, unknown> | null | undefined)?.[field];
}

function firstIssue({ issues }: z.ZodError, root: string): string {
  const [issue] = issues;
  const path = issue!.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return `${root}${path}: ${issue!.message}`;
}

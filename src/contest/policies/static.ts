import { formatCounts } from '../../plan/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import type { Policy } from '../policy.js';

/** Never scales: the split that it starts with stays. */
export function staticPolicy(counts: InstanceCounts): Policy {
  return { name: `static ${formatCounts(counts)}`, decide: () => ({ kind: 'hold', reason: 'at-plan' }) };
}

import type { Replica } from './replica.js';
import { advanceBySteps } from './step-engine.js';

/**
 * Runs a replica up to a moment; its events are appended to its log.
 *
 * @param to seconds, not before the last call's; Infinity: until nothing is left to do
 */
export function advanceReplica(replica: Replica, to: number): void {
  advanceBySteps(replica, to);
}

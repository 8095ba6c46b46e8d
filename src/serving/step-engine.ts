import type { Replica } from './replica.js';
import { endStep, startStep } from './step.js';

/**
 * Runs a replica up to a moment, one step after the other. Steps that end at `to` end; a step that would start at `to` waits for
 * the next call, so that whatever arrives at `to` takes part in it. How often the way is cut does not change the result.
 *
 * @param to seconds, or Infinity: until nothing is left to do
 */
export function advanceBySteps(replica: Replica, to: number): void {
  for (;;) {
    if (!Number.isNaN(replica.stepEnd)) {
      if (replica.stepEnd > to) return;
      endStep(replica);
    }
    const start = nextStart(replica);
    if (!(start < to)) return;
    replica.time = start;
    startStep(replica);
  }
}

/** When the next step of a replica between steps starts; Infinity when there is nothing to do. */
export function nextStart({ running, queue, time }: Replica): number {
  if (running > 0) return time;
  return queue.length === 0 ? Infinity : Math.max(time, queue.at[queue.head]!);
}

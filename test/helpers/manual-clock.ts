import type { Clock } from '../../src/vllm/index.js';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Goes on to a moment, and makes every call that is due by then at its own moment, in order. */
  readonly moveTo: (moment: number) => void;
}

/** A manual clock at 0. */
export function manualClock(): ManualClock {
  let now = 0;
  const waiting = new Set<{ at: number; call: () => void }>();
  return {
    now: () => now,
    at: (moment, call) => {
      const entry = { at: moment, call };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    moveTo: (moment) => {
      for (;;) {
        const next = [...waiting].sort((a, b) => a.at - b.at)[0];
        if (!next || next.at > moment) break;
        waiting.delete(next);
        now = Math.max(now, next.at);
        next.call();
      }
      now = moment;
    },
  };
}

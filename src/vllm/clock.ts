/** The time by which something live runs; handed in, so that tests need not wait as long as the world does. */
export interface Clock {
  /** Seconds; never goes back. */
  now(): number;
  /** Calls once at the moment, or shortly after; the returned function takes that back. */
  at(moment: number, call: () => void): () => void;
}

/** Longest delay that a timer of the platform takes, milliseconds. */
const MOST_DELAY = 2 ** 31 - 1;

/**
 * The machine's monotonic clock from 0 on. Timers are up to about 1 ms late and never early.
 *
 * @param speed its seconds in one second of the world
 */
export function systemClock(speed = 1): Clock {
  const start = performance.now();
  const now = (): number => ((performance.now() - start) / 1000) * speed;
  const at = (moment: number, call: () => void): (() => void) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const milliseconds = Math.ceil(((moment - now()) / speed) * 1000);
      if (milliseconds > MOST_DELAY) timer = setTimeout(wait, MOST_DELAY);
      else timer = setTimeout(() => (now() >= moment ? call() : wait()), Math.max(0, milliseconds));
    };
    wait();
    return () => {
      clearTimeout(timer);
    };
  };
  return { now, at };
}

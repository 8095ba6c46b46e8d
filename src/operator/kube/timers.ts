import type { Clock } from '../../vllm/index.js';

/** Waits so many seconds, or until the signal aborts; either way it only returns. */
export function sleep(clock: Clock, seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.at(clock.now() + seconds, end);
    signal?.addEventListener('abort', end);
  });
}

/** Seconds to wait before the next attempt: doubling from `first` to `most`, between half and all of it by chance. */
export function backoffSeconds(failures: number, first: number, most: number, random: () => number): number {
  const full = Math.min(most, first * 2 ** Math.min(failures - 1, 30));
  return full * (0.5 + 0.5 * random());
}

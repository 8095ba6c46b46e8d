import { setTimeout as sleep } from 'node:timers/promises';

/** Tries an assertion again until it holds, for so many seconds; then it fails as it is. */
export async function eventually<T>(seconds: number, check: () => T | Promise<T>): Promise<T> {
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    try {
      return await check();
    } catch {
      await sleep(250);
    }
  }
  return await check();
}

/** Fails as soon as an assertion does not hold within so many seconds. */
export async function throughout(seconds: number, check: () => void | Promise<void>): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    await check();
    await sleep(500);
  }
}

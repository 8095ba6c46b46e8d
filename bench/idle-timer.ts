import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { quantileOfSorted } from '../src/base/index.js';

const EVERY_MILLISECONDS = 5;

/**
 * Watches how late timers of a process are that does nothing else: what the machine and its other programs cost anybody.
 *
 * @returns ends it, and gives the p99 of the lateness, milliseconds
 */
export function watchIdleTimer(): () => Promise<number> {
  const child = fork(fileURLToPath(import.meta.url), ['watch']);
  return async () => {
    child.send('end');
    const [p99] = (await once(child, 'message')) as [number];
    child.kill();
    return p99;
  };
}

function watch(): void {
  const lateness: number[] = [];
  const next = (due: number): void => {
    setTimeout(() => {
      const now = performance.now();
      lateness.push(now - due);
      next(now + EVERY_MILLISECONDS);
    }, due - performance.now());
  };
  next(performance.now() + EVERY_MILLISECONDS);
  process.on('message', () => process.send!(quantileOfSorted(Float64Array.from(lateness).sort(), 0.99)));
}

if (process.argv[2] === 'watch' && process.send) watch();

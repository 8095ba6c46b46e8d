import type { Clock } from '../../vllm/index.js';
import { KubeError, type KubeApi } from './kube-api.js';
import { backoffSeconds, sleep } from './timers.js';

/** How a request is tried again. */
export interface RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Most attempts; default 4. */
  readonly attempts?: number;
  /** No attempt begins later than this after the first; default 20. */
  readonly withinSeconds?: number;
}

/**
 * An API whose requests are tried again when the server is overloaded (429), failing (5xx) or not to be reached, after the time it
 * asks for or a growing one. What it refuses for good, a conflict (409) too, is for the caller to think over. Watches are not
 * tried again here.
 */
export function withRetries(api: KubeApi, { clock, random, attempts = 4, withinSeconds = 20 }: RetryOptions): KubeApi {
  return {
    watch: (...args) => api.watch(...args),
    async send(request) {
      const startedAt = clock.now();
      for (let attempt = 1; ; attempt++) {
        try {
          return await api.send(request);
        } catch (error) {
          if (!isPassing(error) || attempt >= attempts) throw error;
          const wait = Math.max(error.retryAfterSeconds ?? 0, backoffSeconds(attempt, 0.5, 8, random));
          if (clock.now() + wait - startedAt > withinSeconds) throw error;
          await sleep(clock, wait);
        }
      }
    },
  };
}

/** Whether the same request may succeed a little later. */
function isPassing(error: unknown): error is KubeError {
  return error instanceof KubeError && (error.status === 0 || error.status === 429 || error.status >= 500);
}

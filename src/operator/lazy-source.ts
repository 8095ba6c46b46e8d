import type { MetricsSource } from '../vllm/index.js';

/** Secrets are read anew so often. */
const LASTS_SECONDS = 300;

/**
 * A source that is opened when it is first asked, and again after a while or when it has failed: what it is opened with, such as a password,
 * may have changed. What keeps it from being opened keeps it from being read, and is thrown there.
 *
 * @param now seconds, on any clock that goes on
 */
export function lazySource(open: () => Promise<MetricsSource>, now: () => number): MetricsSource {
  let kept: { source: Promise<MetricsSource>; at: number } | null = null;
  const drop = (): void => {
    const old = kept;
    kept = null;
    old?.source.then((source) => source.close()).catch(() => undefined); // what was never opened need not be closed
  };
  const use = async <T>(work: (source: MetricsSource) => Promise<T>): Promise<T> => {
    if (kept !== null && now() - kept.at >= LASTS_SECONDS) drop();
    kept ??= { source: open(), at: now() };
    const own = kept;
    try {
      return await work(await own.source);
    } catch (error) {
      if (kept === own) drop();
      throw error;
    }
  };
  return {
    history: (from, to, binSeconds) => use((source) => source.history(from, to, binSeconds)),
    now: (at) => use((source) => source.now(at)),
    mix: (from, to) => use((source) => source.mix(from, to)),
    close: drop,
  };
}

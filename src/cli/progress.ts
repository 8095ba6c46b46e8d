import { SingleBar } from 'cli-progress';

/** Told how far long work has come: `done` of `total` steps, and what is being done. */
export type ReportProgress = (done: number, total: number, what: string) => void;

/**
 * Shows progress on stderr while `work` runs: a bar on a terminal, nothing elsewhere (logs stay readable).
 *
 * @param label what stands before the bar
 */
export async function withProgress<T>(label: string, work: (report: ReportProgress) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work(() => undefined);
  const bar = new SingleBar({
    format: `${label} [{bar}] {percentage}% {what}`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(1, 0, { what: '' });
  try {
    return await work((done, total, what) => {
      bar.setTotal(total);
      bar.update(done, { what });
    });
  } finally {
    bar.stop();
  }
}

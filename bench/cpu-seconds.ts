/** CPU seconds of this process for some work: the least of several runs, after one to warm up. */
export function cpuSecondsOf(work: () => unknown, runs: number): number {
  work();
  let least = Infinity;
  for (let run = 0; run < runs; run++) {
    const started = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(started);
    least = Math.min(least, (user + system) / 1e6);
  }
  return least;
}

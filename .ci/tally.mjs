/**
 * What one mocha run adds to the sums. A run that ended badly never counts as good, whatever its numbers say.
 *
 * | the run                                     | adds to failed             |
 * | ------------------------------------------- | -------------------------- |
 * | left no counts (crashed, ran out of time)   | 1                          |
 * | ran 0 tests                                 | 1                          |
 * | skipped tests                               | each of them               |
 * | exit code not 0 although no test failed     | 1                          |
 *
 * @param {{tests: number, passes: number, failures: number, pending: number} | null} counts
 * @param {number} exitCode
 * @returns {{passed: number, failed: number, note: string}}
 */
export function tallyOfTests(counts, exitCode) {
  if (counts === null) return { passed: 0, failed: 1, note: 'the run left no counts' };
  const { passes, failures, pending } = counts;
  const bad = failures + pending;
  const note = `${passes} passed, ${failures} failed, ${pending} skipped`;
  if (passes + bad === 0) return { passed: 0, failed: 1, note: 'no test ran' };
  if (bad === 0 && exitCode !== 0) return { passed: passes, failed: 1, note: `${note}, but exit code ${exitCode}` };
  return { passed: passes, failed: bad, note };
}

/**
 * What one check (format, lint, ...) adds to the sums.
 *
 * @param {number} exitCode
 */
export function tallyOfCheck(exitCode) {
  return exitCode === 0
    ? { passed: 1, failed: 0, note: 'ok' }
    : { passed: 0, failed: 1, note: `exit code ${exitCode}` };
}

/**
 * The sums of all steps, as the last line says them.
 *
 * @param {{passed: number, failed: number}[]} tallies
 */
export function sumLine(tallies) {
  const sum = (key) => tallies.reduce((total, tally) => total + tally[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
}

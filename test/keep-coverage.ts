/**
 * Mocha gives its workers a second to end, then sends SIGTERM; to write what was covered takes longer where the machine is busy, and
 * the coverage of half of the tests would be lost. A worker that is measured therefore ends in its own time.
 */
if (process.env.MOCHA_WORKER_ID !== undefined && process.env.NODE_V8_COVERAGE !== undefined)
  process.on('SIGTERM', () => undefined);

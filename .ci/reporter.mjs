import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Mocha's dots, and at the end the counts as JSON in the file that FORESAIL_TEST_COUNTS names. */
export default class CountingReporter extends Mocha.reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { tests, passes, failures, pending } = this.stats;
      writeFileSync(process.env.FORESAIL_TEST_COUNTS, JSON.stringify({ tests, passes, failures, pending }));
    });
  }
}

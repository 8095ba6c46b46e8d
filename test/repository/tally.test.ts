import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { packageFile } from '../../src/base/index.js';

interface Counts {
  tests: number;
  passes: number;
  failures: number;
  pending: number;
}
interface Tally {
  passed: number;
  failed: number;
}
interface TallyModule {
  tallyOfTests: (counts: Counts | null, exitCode: number) => Tally;
  tallyOfCheck: (exitCode: number) => Tally;
  sumLine: (tallies: Tally[]) => string;
}

describe('the sums of .ci/run', () => {
  let tally: TallyModule;
  before(async () => {
    tally = (await import(pathToFileURL(packageFile('.ci/tally.mjs')).href)) as TallyModule;
  });

  for (const [what, counts, exitCode, passed, failed] of [
    ['a good run', [5, 0, 0], 0, 5, 0],
    ['failed tests', [5, 2, 0], 2, 5, 2],
    ['skipped tests', [5, 0, 3], 0, 5, 3],
    ['a run without a test', [0, 0, 0], 0, 0, 1],
    ['a run that crashed before its end', null, 1, 0, 1],
    ['a run without counts that says it is fine', null, 0, 0, 1],
    ['a bad exit code after good tests', [5, 0, 0], 7, 5, 1],
  ] as const)
    it(`count ${what}`, () => {
      const [passes, failures, pending] = counts ?? [0, 0, 0];
      const given = counts && { tests: passes + failures + pending, passes, failures, pending };
      const { passed: good, failed: bad } = tally.tallyOfTests(given, exitCode);
      assert.deepEqual([good, bad], [passed, failed]);
    });

  it('count a check as one', () => {
    assert.equal(tally.tallyOfCheck(0).passed, 1);
    assert.equal(tally.tallyOfCheck(0).failed, 0);
    assert.equal(tally.tallyOfCheck(124).passed, 0);
    assert.equal(tally.tallyOfCheck(124).failed, 1);
  });

  it('add up to the last line', () => {
    assert.equal(
      tally.sumLine([
        { passed: 3, failed: 0 },
        { passed: 1, failed: 2 },
      ]),
      '4 passed, 2 failed',
    );
  });
});

import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { readHolidays } from '../../src/cli/holidays.js';
import { readTarget } from '../../src/cli/target-input.js';
import { tempFiles } from '../helpers/temp-file.js';

describe('--holidays', () => {
  const write = tempFiles();
  const dated = write('dated.csv', 'time,requests\n2026-05-01T00:00:00Z,3\n2026-05-01T01:00:00Z,4\n');
  const undated = write('undated.csv', 'time_s,requests\n0,3\n60,4\n');

  it('takes dates, each once and in order', async () => {
    assert.deepEqual(await readHolidays('2026-12-25, 2026-05-01,2026-12-25'), ['2026-05-01', '2026-12-25']);
  });

  it('takes a file of them, with names and remarks', async () => {
    const file = write('days.txt', '# our days\n2026-05-01 Labour Day\r\n\n2026-12-25,Christmas\n');
    assert.deepEqual(await readHolidays(file), ['2026-05-01', '2026-12-25']);
  });

  it('goes with the series, and is left out where it was not given', async () => {
    assert.deepEqual((await readTarget(dated, { holidays: '2026-05-01' })).target.holidays, ['2026-05-01']);
    assert.ok(!('holidays' in (await readTarget(dated, {})).target));
  });

  for (const [what, given, message] of [
    ['a day that is none', '2026-02-30', /--holidays.*"2026-02-30"/],
    ['a line that is no date', write('bad.txt', '2026-05-01\nsoon\n'), /bad\.txt:2: .*"soon"/],
    ['a file without a date', write('none.txt', '# none\n'), /none\.txt: has no date/],
    ['a file that is not there', 'nowhere.txt', /nowhere\.txt.*ENOENT/],
  ] as const)
    it(`refuses ${what}`, async () => {
      await assert.rejects(readHolidays(given), (error) => error instanceof InputError && message.test(error.message));
    });

  it('refuses a series without dates', async () => {
    await assert.rejects(readTarget(undated, { holidays: '2026-05-01' }), /--holidays needs dates.*undated\.csv/);
  });
});

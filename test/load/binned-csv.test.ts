import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import {
  hoursOfBins,
  loadFromTable,
  looksBinned,
  readBinned,
  targetFromColumn,
  targetOf,
  type ReadBinnedOptions,
} from '../../src/load/index.js';
import { tempFiles } from '../helpers/temp-file.js';

describe('a binned CSV file', () => {
  const write = tempFiles();
  const valuesOf = async (text: string, options: ReadBinnedOptions = {}): Promise<number[]> => {
    const table = await readBinned(write('a.csv', text), options);
    return [...targetFromColumn(table, options.column ?? 'requests').values];
  };
  const refuses = async (text: string, what: RegExp, options: ReadBinnedOptions = {}): Promise<void> => {
    const file = write('bad.csv', text);
    await assert.rejects(readBinned(file, options), (error: Error) => {
      assert.ok(error instanceof InputError, error.stack);
      assert.ok(!error.message.includes('\n'));
      assert.match(error.message, what);
      return true;
    });
  };

  it('is told by its requests column', async () => {
    assert.equal(await looksBinned(write('a.csv', 'time_s,requests\n0,1\n')), true);
    assert.equal(await looksBinned(write('b.csv', 'time_s,input_length,output_length\n0,1,1\n')), false);
    await assert.rejects(looksBinned(write('c.csv', '')), InputError);
    await assert.rejects(looksBinned('/nowhere.csv'), InputError);
  });

  it('takes its bin from the rows, and holes in time and empty cells as missing, never as 0', async () => {
    assert.deepEqual(await valuesOf('time_s,requests\n0,5\n60,\n120,0\n240,7\n300,8'), [5, NaN, 0, NaN, 7, 8]);
    assert.equal((await readBinned(write('b.csv', 'time_s,requests\n0,1\n600,1\n1200,1\n3000,1'))).binSeconds, 600);
  });

  it('takes rows that match as missing', async () => {
    const text = 'time_s,requests,gap\n0,5,0\n60,6,1\n120,7,0.0';
    assert.deepEqual(await valuesOf(text, { missingWhere: 'gap=1' }), [5, NaN, 7]);
    assert.deepEqual(await valuesOf(text, { missingWhere: 'gap=0' }), [NaN, 6, NaN]);
    await refuses(text, /missing-where must be column=value/, { missingWhere: 'gap' });
    await refuses(text, /no column "hole"/, { missingWhere: 'hole=1' });
  });

  it('reads any one column, and leaves the others alone', async () => {
    const text = 'time_s,hour_utc,all,note\n0,2024-05-10T00:00:00Z,1.5,"a, b"\n3600,x,2,\n';
    assert.deepEqual(await valuesOf(text, { column: 'all' }), [1.5, 2]);
    await refuses(text, /no column "requests"/);
    await refuses(text, /column "note" must be a number/, { column: 'note' });
  });

  it('reads dates, and keeps hours of the day', async () => {
    const text = 'time,requests\n2024-05-10T22:00:00Z,1\n2024-05-10T23:00:00Z,2\n2024-05-11T01:00:00Z,3\n';
    const table = await readBinned(write('a.csv', text), { timeZone: 'Asia/Hong_Kong' });
    const target = targetFromColumn(table, 'requests');
    assert.equal(target.startEpochSeconds, Date.UTC(2024, 4, 10, 22) / 1000);
    assert.deepEqual([...target.values], [1, 2, NaN, 3]);
    assert.deepEqual([...hoursOfBins(target, 0, 4).hour], [6, 7, 8, 9]);
    const late = targetFromColumn(await readBinned(write('b.csv', 'time_s,requests\n7200,1\n10800,2\n')), 'requests');
    assert.deepEqual([...hoursOfBins(late, 0, 2).hour], [2, 3]);
  });

  it('becomes a load with its token sums; what the file does not have is unknown', async () => {
    const whole = loadFromTable(
      await readBinned(write('a.csv', 'time_s,requests,request_tokens,response_tokens\n0,2,10,4\n60,0,0,0\n120,,,\n')),
    );
    assert.deepEqual([...targetOf(whole, 'meanTokens').values], [7, NaN, NaN]);
    assert.deepEqual([...whole.observed], [1, 1, 0]);
    const bare = loadFromTable(await readBinned(write('b.csv', 'time_s,requests\n0,2\n60,3\n')));
    assert.deepEqual([...targetOf(bare, 'meanTokens').values], [NaN, NaN]);
  });

  it('is refused with line and column where a row is bad', async () => {
    await refuses('time_s,requests\n0,1\n60,NaN\n', /:3: column "requests" must be a number of at least 0.*"NaN"/);
    await refuses('time_s,requests\n0,1\n60,-2\n', /:3: column "requests".*"-2"/);
    await refuses(
      'time_s,requests\n0,1\n60\n',
      /:3: column "requests" is missing: a row must have 2 cells, got 1: "60"/,
    );
    await refuses('time_s,requests\n0,1\nx,1\n', /:3: column "time_s" must be a number of seconds.*"x"/);
    await refuses('time,requests\n2024-01-01T00:00Z,1\nsoon,1\n', /:3: column "time" must be a date.*"soon"/);
    await refuses('time_s,requests\n0,1\n60,1\n120,1\n150,1\n', /:5: time must be a whole number of bins of 60 s/);
    await refuses('time_s,requests\n0,1\n60,1\n60,1\n', /:4: times must rise/);
    await refuses('time_s,requests\n0,1\n1,1\n1e15,1\n', /:4: lies more than/);
  });

  it('is refused when it is empty, has no time, no rows, or a single row', async () => {
    await refuses('', /is empty/);
    await refuses('day,requests\n0,1\n', /needs a time_s or time column/);
    await refuses('time_s,requests\n', /has no rows/);
    await refuses('time_s,requests\n0,1\n', /at least two rows/);
    await assert.rejects(
      readBinned(write('a.csv', 'time_s,requests\n0,1\n1,1\n'), { timeZone: 'Nowhere' }),
      InputError,
    );
  });
});

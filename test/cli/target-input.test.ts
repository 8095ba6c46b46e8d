import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { readTarget, type TargetOptions } from '../../src/cli/target-input.js';
import { tempFiles } from '../helpers/temp-file.js';

describe('the series that the flags mean', () => {
  const write = tempFiles();
  const trace = write(
    'trace.csv',
    'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n' +
      '0,GPT-4,10,20,30,Conversation log\n70,ChatGPT,5,0,5,API log\n125,GPT-4,4,4,8,Conversation log\n200,GPT-4,1,1,2,API log\n',
  );
  const binned = write('binned.csv', 'time_s,requests,gap,spare\n0,3,0,1\n60,0,1,2\n120,5,0,\n180,4,0,4\n');

  it('of a trace counts its requests before filters', async () => {
    const { input, target } = await readTarget(trace, { bin: '1m', service: 'conversation' });
    assert.deepEqual(input, { requests: 4, failed: 1 });
    assert.deepEqual(Array.from(target.values), [1, 0, 1]);
    assert.equal(target.name, 'requests');
  });

  it('may be any target, by either spelling', async () => {
    for (const target of ['meanTokens', 'mean-tokens'])
      assert.deepEqual(Array.from((await readTarget(trace, { bin: '1m', target })).target.values), [30, 5, 8]);
  });

  it('of a binned file is a column, without its missing rows, in wider bins where asked', async () => {
    const { input, target } = await readTarget(binned, { missingWhere: 'gap=1' });
    assert.equal(input, null);
    assert.deepEqual(Array.from(target.values), [3, NaN, 5, 4]);
    assert.deepEqual(Array.from((await readTarget(binned, { column: 'spare' })).target.values), [1, 2, NaN, 4]);
    assert.deepEqual(Array.from((await readTarget(binned, { bin: '2m' })).target.values), [3, 9]);
  });

  const refused: [string, string, TargetOptions, RegExp][] = [
    ['an unknown target', trace, { target: 'users' }, /--target .*"users"/],
    ['a bin that is no time', trace, { bin: '0' }, /--bin .*"0"/],
    ['a bin longer than the trace', trace, { bin: '1d' }, /--bin/],
    ['a service that is not there', trace, { service: 'chat' }, /service .*"chat"/],
    ['a time zone that does not exist', trace, { timeZone: 'Moon/Base' }, /Moon\/Base/],
    ['a trace with a flag for binned files', trace, { missingWhere: 'gap=1' }, /--missing-where/],
    ['a binned file with a flag for traces', binned, { service: 'api' }, /--service/],
    ['a binned file whose bins do not fill the wider ones', binned, { bin: '90s' }, /--bin .*90/],
    ['a column that is not there', binned, { column: 'load' }, /"load"/],
    ['a column and a target', binned, { column: 'spare', target: 'requests' }, /--column or --target/],
    ['a target that the binned file does not hold', binned, { target: 'meanTokens' }, /meanTokens/],
  ];
  for (const [what, file, options, message] of refused)
    it(`refuses ${what}`, async () => {
      await assert.rejects(
        readTarget(file, options),
        (error) => error instanceof InputError && message.test(error.message),
      );
    });
});

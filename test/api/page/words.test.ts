import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  clock,
  day,
  gpusOf,
  number,
  percent,
  profileParts,
  several,
  span,
  split,
} from '../../../src/api/page/words/format.js';
import { csvOf } from '../../../src/api/page/words/table.js';

describe('the words of the page', () => {
  for (const [value, is] of [
    [0, '0'],
    [0.0123, '0.012'],
    [1.234, '1.23'],
    [12.34, '12.3'],
    [123.4, '123'],
    [1234.5, '1,235'],
    [4, '4'],
  ] as const)
    it(`number ${value}: ${is}`, () => assert.equal(number(value), is));

  for (const [share, is] of [
    [1, '100.0\u00a0%'],
    [0.99999, '99.9\u00a0%'],
    [0.9, '90.0\u00a0%'],
    [0.0142, '1.4\u00a0%'],
    [0, '0.0\u00a0%'],
    [null, 'unknown'],
  ] as const)
    it(`share ${share}: ${is}`, () => assert.equal(percent(share), is));

  for (const [seconds, is] of [
    [0.03, '30 ms'],
    [1.5, '1.50 s'],
    [600, '10 min'],
    [7200, '2 h'],
    [604_800, '7 days'],
  ] as const)
    it(`span ${seconds}: ${is}`, () => assert.equal(span(seconds), is));

  it('count days where a trace has no dates, and name them where it has', () => {
    assert.deepEqual([day(86400, null), clock(86400 + 3 * 3600 + 120, null)], ['day 2', '03:02']);
    assert.deepEqual([day(86400, 1_700_000_000), clock(60, 1_700_000_000)], ['Wed 15 Nov', '22:14']);
  });

  it('name a split and count its GPUs', () => {
    assert.equal(split({ serve: 4 }), '4 colocated');
    assert.equal(split({ prefill: 2, decode: 4 }), '2 prefill + 4 decode');
    assert.equal(gpusOf({ prefill: 2, decode: 4 }), 6);
    assert.deepEqual([several(1, 'GPU'), several(4, 'GPU')], ['1 GPU', '4 GPUs']);
  });

  it('read the name of a profile', () => {
    assert.deepEqual(profileParts('h100-llama-3.1-8b-bf16'), { gpu: 'H100', model: 'llama-3.1-8b', precision: 'bf16' });
  });
});

describe('a table as CSV', () => {
  it('quotes what needs it and leaves unknown values empty', () => {
    assert.equal(
      csvOf({
        columns: ['a', 'b'],
        rows: [
          ['x, "y"', 1.5],
          ['', null],
        ],
      }),
      'a,b\r\n"x, ""y""",1.5\r\n,\r\n',
    );
  });

  it('is read back by its own rules, whatever is in it', () => {
    const rows = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 5 });
    fc.assert(
      fc.property(rows, (made) => assert.deepEqual(readCsv(csvOf({ columns: ['a', 'b'], rows: made })).slice(1), made)),
    );
  });
});

function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push(row.splice(0));
  }
  return rows;
}

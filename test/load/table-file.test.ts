import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '../../src/base/index.js';
import { csvText, tableEnding, writeTable } from '../../src/load/index.js';

const TABLE = { model: ['a,b', 'say "hi"', 'plain'], nmse: Float64Array.of(0.1 + 0.2, NaN, 1e-9), horizon: [1, 2, 3] };

describe('a table in a file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-table-'));
  after(() => rmSync(folder, { recursive: true }));
  const at = (name: string): string => path.join(folder, name);

  it('as CSV quotes what needs it, leaves cells empty where nothing is known, and keeps every digit', async () => {
    await writeTable(TABLE, at('t.csv'));
    const text = readFileSync(at('t.csv'), 'utf8');
    assert.equal(text, 'model,nmse,horizon\n"a,b",0.30000000000000004,1\n"say ""hi""",,2\nplain,1e-9,3\n');
    assert.equal(csvText({ a: ['two\nlines'] }), 'a\n"two\nlines"\n');
    assert.equal(csvText({ a: [], 'b,c': [] }), 'a,"b,c"\n');
  });

  it('as JSON is a list of rows, null where nothing is known', async () => {
    await writeTable(TABLE, at('t.json'));
    assert.deepEqual(JSON.parse(readFileSync(at('t.json'), 'utf8')), [
      { model: 'a,b', nmse: 0.1 + 0.2, horizon: 1 },
      { model: 'say "hi"', nmse: null, horizon: 2 },
      { model: 'plain', nmse: 1e-9, horizon: 3 },
    ]);
  });

  it('as Excel reads back the same', async () => {
    await writeTable(TABLE, at('t.xlsx'));
    const { readExcel } = await import('danfojs-node');
    const frame = await readExcel(at('t.xlsx'));
    assert.deepEqual((frame as { columns: string[] }).columns, ['model', 'nmse', 'horizon']);
    assert.deepEqual((frame as { values: unknown[] }).values, [
      ['a,b', 0.1 + 0.2, 1],
      ['say "hi"', null, 2],
      ['plain', 1e-9, 3],
    ]);
  });

  it('needs an ending that is known, and a folder that is there', async () => {
    for (const name of ['t.txt', 'csv', 't']) assert.throws(() => tableEnding(name, '--export'), InputError);
    assert.equal(tableEnding('SCORES.XLSX', '--export'), 'xlsx');
    for (const ending of ['csv', 'json', 'xlsx'])
      await assert.rejects(writeTable(TABLE, at(`nowhere/t.${ending}`)), (error) => {
        assert.ok(error instanceof InputError);
        assert.match(error.message, /nowhere.*cannot be written \(ENOENT\)/);
        return true;
      });
  });
});

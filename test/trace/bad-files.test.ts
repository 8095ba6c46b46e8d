import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { InputError, seededRandom } from '../../src/base/index.js';
import { readTrace } from '../../src/trace/index.js';
import { tempFiles } from '../helpers/temp-file.js';

const HEADER = 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type';
const ROW = '5,ChatGPT,472,18,490,Conversation log';

/** One line, of the class that ends a command with exit code 2, that names the file and what is wrong. */
async function refuses(file: string, what: RegExp): Promise<void> {
  await assert.rejects(readTrace(file), (error: Error) => {
    assert.ok(error instanceof InputError, error.stack);
    assert.ok(error.message.startsWith(file), error.message);
    assert.ok(!error.message.includes('\n'), error.message);
    assert.match(error.message, what);
    return true;
  });
}

describe('a file that is no trace', () => {
  const write = tempFiles();
  const packed = gzipSync(`${HEADER}\n${`${ROW}\n`.repeat(20000)}`);

  it('is refused when it is not there, or a folder', async () => {
    await refuses('/nowhere/trace.csv', /no such file/);
    await refuses(tmpdir(), /is a folder/);
  });

  it('is refused when it is empty, has only a header, or an unknown one', async () => {
    await refuses(write('empty.csv', ''), /is empty/);
    await refuses(write('blank.csv', '\n\n'), /is empty/);
    await refuses(write('header.csv', `${HEADER}\n`), /has no rows/);
    await refuses(write('wrong.csv', 'a,b\n1,2\n'), /:1: not a known request trace/);
    await refuses(write('binned.csv', 'time_s,requests\n0,2\n60,3\n'), /:1: this is a binned series/);
  });

  it('is refused when its gzip data is cut or damaged', async () => {
    for (const length of [2, 5, 11, Math.floor(packed.length / 2), packed.length - 1])
      await refuses(write('cut.csv.gz', packed.subarray(0, length)), /gzip data is cut short/);
    const damaged = Buffer.from(packed);
    damaged.fill(0x58, 40, 60);
    await refuses(write('damaged.csv.gz', damaged), /gzip data is damaged/);
  });

  it('is refused when it is random bytes', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const bytes = Uint8Array.from({ length: 5000 }, () => Math.floor(random() * 256));
      await refuses(write('random.csv', bytes), /./);
    }
    await refuses(write('zeros.csv', new Uint8Array(3 << 20)), /longer than 1 MiB/);
  });

  it('is refused when a row has too few or too many cells, a quote stays open, or a line is blank', async () => {
    await refuses(
      write('few.csv', `${HEADER}\n${ROW}\n5,ChatGPT,472`),
      /:3: column "Response tokens" is missing: a row must have 6 cells, got 3: "5,ChatGPT,472"/,
    );
    await refuses(
      write('many.csv', `${HEADER}\n${ROW},1\n`),
      /:2: a cell follows column "Log Type": a row must have 6 cells, got 7/,
    );
    await refuses(write('quote.csv', `${HEADER}\n"5,ChatGPT,1,1,2,API log\n`), /:2: a quoted cell is never closed/);
    await refuses(
      write('blank.csv', `${HEADER}\n${ROW}\n\n${ROW}\n`),
      /:3: column "Timestamp" is missing: a row must have 6 cells, got 0/,
    );
    await refuses(write('tail.csv', `${HEADER}\n5,ChatGPT,"472"1,18,490,API log\n`), /:2: column "Request tokens"/);
  });

  it('is refused when a column that is not kept is broken, or a name is empty', async () => {
    await refuses(write('total.csv', `${HEADER}\n5,ChatGPT,472,18,x,API log\n`), /column "Total tokens"/);
    await refuses(write('model.csv', `${HEADER}\n5,,472,18,490,API log\n`), /column "Model" must be a name/);
    await refuses(write('service.csv', `${HEADER}\n5,ChatGPT,472,18,490,\n`), /column "Log Type" must be a name/);
  });

  it('is refused when skipping leaves nothing', async () => {
    const file = write('all-bad.csv', `${HEADER}\nx,ChatGPT,472,18,490,API log\n`);
    await assert.rejects(readTrace(file, { skipBadRows: true }), /has no rows that can be used: 1 bad/);
  });

  it('loses no row in silence: rows and bad rows add up to the lines', async () => {
    const lines = Array.from({ length: 500 }, (_, i) =>
      i % 7 === 3 ? `${i},ChatGPT,nan,1,1,API log` : `${i},ChatGPT,1,1,2,API log`,
    );
    const { report } = await readTrace(write('mixed.csv', `${HEADER}\n${lines.join('\n')}`), { skipBadRows: true });
    assert.equal(report.rows + report.badRows, 500);
    assert.equal(report.badRows, lines.filter((line) => line.includes('nan')).length);
    assert.match(report.firstBad!, /:5: column "Request tokens"/);
  });

  it('counts every line that a stray quote swallows', async () => {
    const text = `${HEADER}\n${ROW}\n5,"ChatGPT,472,18,490,API log\n${ROW}\n6,Chat"GPT,1,1,2,API log\n${ROW}\n`;
    const { report } = await readTrace(write('stray.csv', text), { skipBadRows: true });
    assert.deepEqual([report.rows, report.badRows], [2, 3]);
  });

  it('refuses an unknown time zone', async () => {
    await assert.rejects(readTrace(write('a.csv', `${HEADER}\n${ROW}`), { timeZone: 'Mars/Base' }), InputError);
  });
});

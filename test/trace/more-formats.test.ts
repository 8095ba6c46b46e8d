import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { InputError } from '../../src/base/index.js';
import { failedCount, parseColumnMap, readTrace, traceStatistics } from '../../src/trace/index.js';
import { tempFiles } from '../helpers/temp-file.js';

const refuses = async (read: Promise<unknown>, what: RegExp): Promise<void> => {
  await assert.rejects(read, (error: Error) => error instanceof InputError && what.test(error.message));
};

describe('Mooncake JSON lines', () => {
  const write = tempFiles();
  const lines = [
    '{"timestamp": 0, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1, 2]}',
    '{"timestamp": 3001, "input_length": 7322, "output_length": 490, "hash_ids": []}',
  ];

  it('are read in milliseconds, whatever the line ends, and as gzip', async () => {
    for (const text of [lines.join('\n'), `${lines.join('\r\n')}\r\n\n`, gzipSync(lines.join('\n'))]) {
      const { trace, report } = await readTrace(write('trace.jsonl', text));
      assert.deepEqual([report.format, report.rows, report.badRows], ['mooncake', 2, 0]);
      assert.deepEqual([...trace.arrival], [0, 3.001]);
      assert.deepEqual([...trace.promptTokens, ...trace.outputTokens], [6758, 7322, 500, 490]);
    }
  });

  it('stop at a bad line with its number, or count it', async () => {
    for (const bad of [
      '{"timestamp": 5',
      '[1]',
      '{"timestamp": 5, "input_length": -1, "output_length": 2, "hash_ids": []}',
    ]) {
      const file = write('bad.jsonl', [lines[0], bad, lines[1]].join('\n'));
      await refuses(readTrace(file), /bad\.jsonl:2: /);
      const { report } = await readTrace(file, { skipBadRows: true });
      assert.deepEqual([report.rows, report.badRows], [2, 1]);
    }
  });

  it('with other names are read as plain ones', async () => {
    const { trace, report } = await readTrace(
      write(
        'plain.jsonl',
        '{"time_s":1.5,"prompt_tokens":3,"output_tokens":4}\n{"time_s":2,"prompt_tokens":5,"output_tokens":6,"session":"a"}',
      ),
    );
    assert.deepEqual([report.format, ...trace.arrival, ...trace.session], ['plain', 1.5, 2, -1, 0]);
  });
});

describe('Azure Functions 2021', () => {
  const write = tempFiles();
  const text = 'app,func,end_timestamp,duration\na,f,10.5,0.5\na,g,11,8\nb,h,0.25,3\n';

  it('arrive at their end less their duration, at the earliest at 0, in order, and never failed', async () => {
    const { trace, report } = await readTrace(write('functions.txt', text));
    assert.deepEqual([report.format, report.outOfOrder], ['azure-functions', 2]);
    assert.deepEqual([...trace.arrival], [0, 3, 10]);
    assert.deepEqual([...trace.elapsed], [3, 8, 0.5]);
    assert.deepEqual([failedCount(trace), trace.tokensKnown], [0, false]);
    const [group] = Object.values(traceStatistics(trace).services.unknown!.models);
    assert.deepEqual([group!.requests, group!.failed, group!.promptTokens.mean, group!.zipf], [3, 0, null, null]);
  });

  it('stop where the duration is none', async () => {
    await refuses(readTrace(write('bad.txt', `${text}a,f,12,\n`)), /:5: column "duration" must be a number/);
  });
});

describe('columns that a user names', () => {
  const write = tempFiles();
  const columns = parseColumnMap('time=ts,prompt=in,output=out,service=kind');

  it('are read from CSV and JSON lines', async () => {
    for (const text of [
      'kind,ts,out,in\nchat,5,2,1\nchat,7,4,3\n',
      '{"ts":5,"in":1,"out":2,"kind":"chat"}\n{"ts":7,"in":3,"out":4,"kind":"chat"}',
    ]) {
      const { trace, report } = await readTrace(write('own', text), { columns });
      assert.deepEqual([report.format, ...trace.arrival, ...trace.promptTokens], ['mapped', 5, 7, 1, 3]);
      assert.deepEqual(trace.serviceNames, ['chat']);
    }
    const ms = { columns: parseColumnMap('time_ms=ts,prompt=in,output=out') };
    assert.equal((await readTrace(write('ms.csv', 'ts,in,out\n1500,1,2\n'), ms)).trace.arrival[0], 1.5);
  });

  it('go before the names of a known format', async () => {
    const file = write('two.csv', 'time_s,prompt_tokens,output_tokens,true_output\n0,1,2,3\n');
    assert.equal((await readTrace(file, { columns: { output: 'true_output' } })).trace.outputTokens[0], 3);
  });

  it('are refused when they are not there, not enough, or not understood', async () => {
    const file = write('own.csv', 'ts,in,out\n1,2,3\n');
    await refuses(readTrace(file, { columns: { time: 'when' } }), /own\.csv:1: has no column "when"/);
    await refuses(readTrace(file, { columns: { time: 'ts' } }), /no column is known for prompt/);
    for (const text of ['', 'time', 'when=ts', 'time=', '=ts'])
      assert.throws(() => parseColumnMap(text), InputError, text);
  });
});

describe('Parquet', () => {
  const write = tempFiles();
  const rows = 2500;
  const bytes = (codec: 'SNAPPY' | 'UNCOMPRESSED'): Uint8Array =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          {
            name: 'timestamp',
            data: Array.from({ length: rows }, (_, i) => new Date(1_700_000_000_000 + i * 250)),
            type: 'TIMESTAMP',
          },
          { name: 'prompt_tokens', data: Array.from({ length: rows }, (_, i) => BigInt(i)), type: 'INT64' },
          { name: 'output_tokens', data: Array.from({ length: rows }, (_, i) => (i % 7) + 1), type: 'INT32' },
          { name: 'model', data: Array.from({ length: rows }, (_, i) => `m${i % 3}`), type: 'STRING' },
        ],
        rowGroupSize: 700,
        codec,
      }),
    );

  for (const codec of ['SNAPPY', 'UNCOMPRESSED'] as const)
    it(`is read in order over row groups (${codec}), with dates, strings and 64-bit numbers`, async () => {
      const { trace, report } = await readTrace(write('trace.bin', bytes(codec)));
      assert.deepEqual([report.rows, report.outOfOrder, trace.startEpochSeconds], [rows, 0, 1_700_000_000]);
      trace.promptTokens.forEach((tokens, i) => assert.equal(tokens, i));
      trace.arrival.forEach((at, i) => assert.equal(at, i / 4));
      assert.deepEqual(trace.modelNames, ['m0', 'm1', 'm2']);
    });

  it('is refused when it is cut or damaged, and stops at a bad row', async () => {
    const whole = bytes('SNAPPY');
    await refuses(readTrace(write('cut.parquet', whole.subarray(0, 3000))), /cut\.parquet: is no whole Parquet file/);
    const damaged = whole.slice();
    damaged.fill(0xff, 200, 3000);
    await refuses(readTrace(write('damaged.parquet', damaged)), /damaged\.parquet/);
    const data = parquetWriteBuffer({
      columnData: [
        { name: 'time_s', data: [0, 1, 2], type: 'DOUBLE' },
        { name: 'prompt_tokens', data: [1, -5, 2], type: 'INT32' },
        { name: 'output_tokens', data: [1, 1, null], type: 'INT32' },
      ],
    });
    const file = write('bad.parquet', new Uint8Array(data));
    await refuses(readTrace(file), /bad\.parquet:3: column "prompt_tokens"/);
    assert.equal((await readTrace(file, { skipBadRows: true })).report.badRows, 2);
  });
});

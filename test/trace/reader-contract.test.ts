import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../src/base/index.js';
import { readTrace, TRACE_COLUMNS, type Trace } from '../../src/trace/index.js';
import { tempFiles } from '../helpers/temp-file.js';

interface Sample {
  readonly title: string;
  readonly format: string;
  /** Rows in order of time, without line ends; the first is the header. */
  readonly lines: readonly string[];
  /** Name of the column of prompt tokens, as the file has it. */
  readonly promptColumn: string;
  readonly arrival: readonly number[];
  readonly promptTokens: readonly number[];
  readonly outputTokens: readonly number[];
  readonly more?: Partial<Trace>;
}

const SAMPLES: readonly Sample[] = [
  {
    title: 'BurstGPT with six columns',
    format: 'burstgpt',
    lines: [
      'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type',
      '5,ChatGPT,472,18,490,Conversation log',
      '45,GPT-4,0,0,0,API log',
      '3600,ChatGPT,1087,230,1317,Conversation log',
    ],
    promptColumn: 'Request tokens',
    arrival: [5, 45, 3600],
    promptTokens: [472, 0, 1087],
    outputTokens: [18, 0, 230],
    more: {
      model: Uint8Array.of(0, 1, 0),
      modelNames: ['ChatGPT', 'GPT-4'],
      service: Uint8Array.of(0, 1, 0),
      serviceNames: ['conversation', 'api'],
      startEpochSeconds: null,
    },
  },
  {
    title: 'BurstGPT with eight columns, floats and days to skip',
    format: 'burstgpt',
    lines: [
      'Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type',
      '19440110.0,aa-1,43,GPT-4,906,446,1352,Conversation log',
      '19440161.5,bb-2,2,ChatGPT,36,29,65,Conversation log',
      '19440170.0,,1.5,ChatGPT,7,3,10,API log',
      '19440180.0,aa-1,,GPT-4,8,4,12,Conversation log',
    ],
    promptColumn: 'Request tokens',
    arrival: [110, 161.5, 170, 180],
    promptTokens: [906, 36, 7, 8],
    outputTokens: [446, 29, 3, 4],
    more: { session: Int32Array.of(0, 1, -1, 0), elapsed: Float32Array.of(43, 2, 1.5, NaN) },
  },
  {
    title: 'Azure 2023',
    format: 'azure',
    lines: [
      'TIMESTAMP,ContextTokens,GeneratedTokens',
      '2023-11-16 18:15:46.6805900,374,44',
      '2023-11-16 18:15:50.9951690,396,109',
      '2023-11-17 00:00:00,10,1',
    ],
    promptColumn: 'ContextTokens',
    arrival: [0, 4.314579, 20653.31941],
    promptTokens: [374, 396, 10],
    outputTokens: [44, 109, 1],
    more: { startEpochSeconds: Date.UTC(2023, 10, 16, 18, 15, 46) / 1000 + 0.68059 },
  },
  {
    title: 'Azure 2024',
    format: 'azure',
    lines: [
      'TIMESTAMP,ContextTokens,GeneratedTokens',
      '2024-05-10 00:00:00.009930+00:00,2162,5',
      '2024-05-10 02:00:01.009930+02:00,2399,6',
      '2024-05-09 23:00:02.509930-0100,3,7',
    ],
    promptColumn: 'ContextTokens',
    arrival: [0, 1, 2.5],
    promptTokens: [2162, 2399, 3],
    outputTokens: [5, 6, 7],
    more: { startEpochSeconds: Date.UTC(2024, 4, 10) / 1000 + 0.00993 },
  },
  {
    title: 'RAGPulse',
    format: 'plain',
    lines: ['time_s,input_length,output_length,session', '0,2926,154,7', '27,3861,127,9', '27.25,1,2,7'],
    promptColumn: 'input_length',
    arrival: [0, 27, 27.25],
    promptTokens: [2926, 3861, 1],
    outputTokens: [154, 127, 2],
    more: { session: Int32Array.of(0, 1, 0), startEpochSeconds: null },
  },
  {
    title: 'Mooncake',
    format: 'plain',
    lines: [
      'timestamp_ms,input_length,output_length,prefix_blocks,reused_prefix_blocks',
      '0,6758,500,14,0',
      '3001,7322,490,15,1',
    ],
    promptColumn: 'input_length',
    arrival: [0, 3.001],
    promptTokens: [6758, 7322],
    outputTokens: [500, 490],
  },
  {
    title: 'plain CSV with dates',
    format: 'plain',
    lines: [
      'arrival,prompt_tokens,output_tokens,model',
      '2024-02-28T23:59:59Z,1,2,"a, b"',
      '2024-02-29T00:00:00Z,3,4,"say ""hi"""',
    ],
    promptColumn: 'prompt_tokens',
    arrival: [0, 1],
    promptTokens: [1, 3],
    outputTokens: [2, 4],
    more: { startEpochSeconds: Date.UTC(2024, 1, 28, 23, 59, 59) / 1000, modelNames: ['a, b', 'say "hi"'] },
  },
  {
    title: 'plain CSV with Unix time in milliseconds',
    format: 'plain',
    lines: ['Timestamp,Prompt Tokens,Output Tokens', '1700000000500,1,2', '1700000001750,3,4'],
    promptColumn: 'Prompt Tokens',
    arrival: [0, 1.25],
    promptTokens: [1, 3],
    outputTokens: [2, 4],
    more: { startEpochSeconds: 1700000000.5 },
  },
];

for (const sample of SAMPLES) {
  describe(`the trace reader on ${sample.title}`, () => {
    const write = tempFiles();
    const { lines, promptColumn } = sample;
    const text = `${lines.join('\n')}\n`;

    it('reads its columns', async () => {
      const { trace, report } = await readTrace(write('a.csv', text));
      assert.equal(report.format, sample.format);
      assert.equal(report.rows, sample.arrival.length);
      for (const name of TRACE_COLUMNS) assert.equal(trace[name].length, sample.arrival.length);
      trace.arrival.forEach((at, i) => assert.ok(Math.abs(at - sample.arrival[i]!) < 1e-6, `${at}`));
      assert.deepEqual([...trace.promptTokens], sample.promptTokens);
      assert.deepEqual([...trace.outputTokens], sample.outputTokens);
      for (const [name, value] of Object.entries(sample.more ?? {}))
        assert.deepEqual(trace[name as keyof Trace], value);
    });

    it('reads the same with CRLF, without a last line end, with a byte order mark, and as gzip', async () => {
      const { trace } = await readTrace(write('a.csv', text));
      const variants = { crlf: text.replaceAll('\n', '\r\n'), open: text.trimEnd(), mark: `\ufeff${text}\n\n` };
      for (const [name, content] of Object.entries(variants)) {
        assert.deepEqual((await readTrace(write(`${name}.csv`, content))).trace, trace);
        assert.deepEqual((await readTrace(write(`${name}.bin`, gzipSync(content)))).trace, trace);
      }
    });

    it('finds its columns in any order and among others', async () => {
      const turned = lines.map(
        (line) =>
          `x,${line
            .match(/("([^"]|"")*"|[^,]*)(,|$)/g)!
            .map(cell)
            .reverse()
            .slice(1)
            .join(',')}`,
      );
      const { trace } = await readTrace(write('a.csv', text));
      assert.deepEqual((await readTrace(write('turned.csv', turned.join('\n')))).trace, trace);
    });

    it('puts rows in order of time and says how many were not', async () => {
      const [header, ...rows] = lines;
      const last = rows.pop()!;
      const { trace, report } = await readTrace(write('a.csv', [header, last, ...rows].join('\n')));
      assert.equal(report.outOfOrder, rows.length);
      trace.arrival.forEach((at, i) => assert.ok(Math.abs(at - sample.arrival[i]!) < 1e-6, `${at}`));
    });

    for (const broken of ['NaN', '-1', '1.5', '', 'abc', '1e400']) {
      it(`stops at prompt tokens "${broken}" with file, line and column, or counts the row`, async () => {
        const at = lines[0]!.split(',').indexOf(promptColumn);
        const bad = lines
          .at(-1)!
          .split(',')
          .map((text, i) => (i === at ? broken : text))
          .join(',');
        const file = write('bad.csv', [...lines, bad].join('\n'));
        await assert.rejects(readTrace(file), (error: Error) => {
          assert.ok(error instanceof InputError);
          assert.ok(error.message.startsWith(`${file}:${lines.length + 1}: column "${promptColumn}" must be `));
          assert.ok(error.message.endsWith(`got "${broken}"`));
          return true;
        });
        const { trace, report } = await readTrace(file, { skipBadRows: true });
        assert.equal(report.badRows, 1);
        assert.ok(report.firstBad!.includes(`:${lines.length + 1}:`));
        assert.deepEqual(trace, (await readTrace(write('a.csv', text))).trace);
      });
    }

    it('stops at a time that is none', async () => {
      const file = write('bad.csv', [...lines, `soon,${lines.at(-1)!.split(',').slice(1).join(',')}`].join('\n'));
      await assert.rejects(
        readTrace(file),
        new RegExp(`:${lines.length + 1}: column "${lines[0]!.split(',')[0]!}" must be`),
      );
    });

    it('gives a trace that crosses to a worker as it is', async () => {
      const { trace } = await readTrace(write('a.csv', text));
      assert.deepEqual(structuredClone(trace), trace);
    });
  });
}

function cell(text: string): string {
  return text.endsWith(',') ? text.slice(0, -1) : text;
}

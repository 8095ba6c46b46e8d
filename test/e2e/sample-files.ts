import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '../../src/base/index.js';

export const TRACE_HEADER = 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type';

/** About two days of a request every 20 to 99 seconds, as BurstGPT writes them; every 50th failed. */
export function goodRows(): string[] {
  const random = seededRandom(3, 'e2e-trace');
  let at = 0;
  return Array.from({ length: 2880 }, (_, i) => {
    const prompt = 20 + Math.floor(random() * 400);
    const output = i % 50 === 7 ? 0 : 10 + Math.floor(random() * 200);
    at += 20 + Math.floor(random() * 80);
    return `${at},ChatGPT,${prompt},${output},${prompt + output},Conversation log`;
  });
}

/** The same trace with one row (of the file's line 102) replaced. */
function withRow(row: string): string {
  return [TRACE_HEADER, ...goodRows().toSpliced(100, 1, row), ''].join('\n');
}

interface BadFile {
  /** What is wrong, as a test's name says it. */
  readonly what: string;
  readonly name: string;
  readonly content: string | Uint8Array;
  /** What the one line has to name, besides the file. */
  readonly names: RegExp;
}

const random = seededRandom(5, 'e2e-bytes');
const gzipped = gzipSync([TRACE_HEADER, ...goodRows(), ''].join('\n'));

/** Every file that must be refused with one clear line. */
export const BAD_FILES: readonly BadFile[] = [
  { what: 'a broken row', name: 'broken.csv', content: withRow('6000,ChatGPT,12'), names: /\b102\b/ },
  { what: 'a wrong header', name: 'header.csv', content: 'a,b,c\n1,2,3\n', names: /header|column/i },
  { what: 'no rows', name: 'empty-rows.csv', content: `${TRACE_HEADER}\n`, names: /no (rows|requests)|empty/i },
  { what: 'no bytes', name: 'empty.csv', content: '', names: /empty|header|no (rows|requests)/i },
  { what: 'a NaN', name: 'nan.csv', content: withRow('6000,ChatGPT,NaN,5,5,Conversation log'), names: /\b102\b.*NaN/ },
  {
    what: 'a negative token count',
    name: 'negative.csv',
    content: withRow('6000,ChatGPT,-4,5,1,Conversation log'),
    names: /\b102\b.*-4/,
  },
  { what: 'a cut gzip', name: 'cut.csv.gz', content: gzipped.subarray(0, gzipped.length / 2), names: /gzip|compress/i },
  {
    what: 'random bytes',
    name: 'bytes.csv',
    content: Uint8Array.from({ length: 4096 }, () => random() * 256),
    names: /./,
  },
];

/** A folder with a good trace and every bad file; `remove` when done. */
export function writeTraceFiles(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-e2e-'));
  const at = (name: string): string => path.join(folder, name);
  for (const { name, content } of BAD_FILES) writeFileSync(at(name), content);
  writeFileSync(at('good.csv'), [TRACE_HEADER, ...goodRows(), ''].join('\n'));
  const failed = goodRows().map((row) => row.replace(/^([^,]*,[^,]*,)[^,]*,[^,]*,[^,]*/, '$10,0,0'));
  writeFileSync(at('all-failed.csv'), [TRACE_HEADER, ...failed, ''].join('\n'));
  return { path: at, remove: () => rmSync(folder, { recursive: true }) };
}

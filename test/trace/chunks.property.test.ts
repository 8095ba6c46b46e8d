import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cellMoment, cellNumber, cellText, scanRows } from '../../src/trace/index.js';

async function* streamOf(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function rowsOf(chunks: readonly Buffer[]): Promise<string[][]> {
  const rows: string[][] = [];
  await scanRows(streamOf(chunks), 'test.csv', (row) => {
    rows.push([String(row.line), ...Array.from({ length: row.cells }, (_, cell) => cellText(row, cell))]);
  });
  return rows;
}

async function onlyCell<T>(text: string, read: (row: Parameters<typeof cellNumber>[0]) => T): Promise<T> {
  const values: T[] = [];
  await scanRows(streamOf([Buffer.from(`${text},x\n`)]), 'test.csv', (row) => values.push(read(row)));
  return values[0]!;
}

describe('scanning CSV', () => {
  const cell = fc.oneof(
    fc.stringMatching(/^[a-z0-9.é]{1,6}$/),
    fc.constantFrom('"a,b"', '"x ""y"""', '"two\nlines"', '""'),
  );
  const file = fc
    .array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 })
    .map((rows) => Buffer.from(rows.map((row) => row.join(',')).join('\r\n')));

  it('gives the same rows wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.array(fc.nat(80), { maxLength: 12 }), async (bytes, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((place, i) => bytes.subarray(places[i], place));
        assert.deepEqual(await rowsOf(chunks), await rowsOf([bytes]));
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same rows byte by byte', async () => {
    await fc.assert(
      fc.asyncProperty(file, async (bytes) => {
        assert.deepEqual(await rowsOf(Array.from(bytes, (byte) => Buffer.of(byte))), await rowsOf([bytes]));
      }),
      { numRuns: 50 },
    );
  });

  it('reads numbers as Number does', async () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.integer({ min: 0, max: 2e9 }).map((value) => (value / 1000).toFixed(3)),
      fc.integer().map((value) => `${value}.0`),
    );
    await fc.assert(
      fc.asyncProperty(number, async (text) => {
        assert.equal(await onlyCell(text, (row) => cellNumber(row, 0)), Number(text));
      }),
    );
  });

  it('reads dates as Date does, and refuses those that are none', async () => {
    const times = { min: new Date('1970-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true };
    const moment = { seconds: 0, nanos: 0 };
    await fc.assert(
      fc.asyncProperty(fc.date(times), async (date) => {
        assert.ok(await onlyCell(date.toISOString(), (row) => cellMoment(row, 0, moment)));
        assert.equal(moment.seconds * 1000 + moment.nanos / 1e6, date.getTime());
      }),
    );
    for (const text of [
      '2024-13-01',
      '2023-02-29',
      '2024-01-01 24:00',
      '2024-01-01 00:00:00+99',
      '2024-01-01x',
      '24-1-1',
      '',
    ])
      assert.equal(await onlyCell(text, (row) => cellMoment(row, 0, moment)), false, text);
  });
});

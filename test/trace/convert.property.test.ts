import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { InputError } from '../../src/base/index.js';
import { readTrace, traceFileKind, writeTrace, type Trace } from '../../src/trace/index.js';

const NAMES = ['ChatGPT', 'a, "b"', 'ünïcode', 'x y'];

/** Traces as readers give them: codes in the order of their first use, the first request in day 0 (or at 0 where dated). */
function traces(): fc.Arbitrary<Trace> {
  const row = fc.record({
    gap: fc.double({ min: 0, max: 4000, noNaN: true }),
    prompt: fc.integer({ min: 0, max: 100_000 }),
    output: fc.integer({ min: 0, max: 0xffffffff }),
    model: fc.nat(3),
    service: fc.nat(3),
    session: fc.option(fc.nat(4), { nil: -1 }),
    elapsed: fc.option(fc.float({ min: 0, max: 1000, noNaN: true }), { nil: NaN }),
  });
  return fc.tuple(fc.array(row, { minLength: 1, maxLength: 20 }), fc.boolean()).map(([rows, isDated]) => {
    let at = 0;
    const arrival = Float64Array.from(rows, ({ gap }, i) =>
      i === 0 && isDated ? 0 : (at += Math.round(gap * 1e6) / 1e6),
    );
    const coded = <Key>(keys: readonly Key[]): { codes: number[]; seen: Key[] } => {
      const seen = [...new Set(keys)];
      return { codes: keys.map((key) => seen.indexOf(key)), seen };
    };
    const models = coded(rows.map(({ model }) => NAMES[model]!));
    const services = coded(rows.map(({ service }) => NAMES[service]!.toLowerCase()));
    const sessions = coded(rows.map(({ session }) => session).filter((id) => id >= 0)).seen;
    return {
      arrival: arrival.map((moment) => Math.round(moment * 1e6) / 1e6),
      promptTokens: Uint32Array.from(rows, ({ prompt }) => prompt),
      outputTokens: Uint32Array.from(rows, ({ output }) => output),
      model: Uint8Array.from(models.codes),
      service: Uint8Array.from(services.codes),
      session: Int32Array.from(rows, ({ session }) => sessions.indexOf(session)),
      elapsed: Float32Array.from(rows, ({ elapsed }) => elapsed),
      modelNames: models.seen,
      serviceNames: services.seen,
      startEpochSeconds: isDated ? 1_700_000_000.25 : null,
      timeZone: 'UTC',
    };
  });
}

describe('a trace that is converted', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'foresail-convert-'))));
  after(() => rmSync(folder, { recursive: true }));

  for (const name of ['t.csv', 't.csv.gz', 't.jsonl', 't.jsonl.gz', 't.parquet'])
    it(`reads back from ${name} as it was, every column exactly`, async () => {
      await fc.assert(
        fc.asyncProperty(traces(), async (trace) => {
          const file = path.join(folder, name);
          await writeTrace(file, trace);
          const { trace: back, report } = await readTrace(file);
          assert.deepEqual([report.badRows, report.outOfOrder], [0, 0]);
          const { endSeconds, ...columns } = back;
          assert.ok(endSeconds !== undefined);
          assert.deepEqual(columns, trace);
        }),
        { numRuns: 25 },
      );
    });

  it('is refused where the name does not say what it is to be, or the folder is not there', async () => {
    for (const name of ['x.txt', 'x', 'x.parquet.gz', 'csv']) assert.throws(() => traceFileKind(name), InputError);
    const [trace] = fc.sample(traces(), 1);
    for (const kind of ['csv', 'parquet'])
      await assert.rejects(writeTrace(`/nowhere/x.${kind}`, trace!), (error: Error) => error instanceof InputError);
  });
});

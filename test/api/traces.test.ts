import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { ask, testServices } from '../helpers/service.js';

const CSV = `time,prompt_tokens,output_tokens\n${Array.from({ length: 400 }, (_, i) => `${i * 3},${100 + i},${20 + (i % 7)}`).join('\n')}\n`;

async function upload(
  url: string,
  body: string | Buffer,
  query = '',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${url}/v1/traces${query}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: new Uint8Array(Buffer.from(body)),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('traces of the service', () => {
  const start = testServices();

  it('takes a plain and a gzip upload, names them itself, and answers questions about them', async () => {
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'foresail-'));
    const { url } = await start({ dataFolder });
    const plain = await upload(url, CSV, '?name=..%2F..%2Fetc');
    const packed = await upload(url, gzipSync(CSV));
    assert.equal(plain.status, 201, JSON.stringify(plain.body));
    assert.equal(packed.body.requests, 400);
    assert.equal(packed.body.bytes, CSV.length);
    const files = await readdir(path.join(dataFolder, 'traces'));
    assert.deepEqual(files.sort(), [`${String(plain.body.id)}.csv`, `${String(packed.body.id)}.csv`].sort());
    const question = { traffic: { trace: packed.body.id }, counts: { serve: 1 }, slo: { ttftSeconds: 1 } };
    const answer = await ask(`${url}/v1/simulate`, 'POST', question);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.requests, 400);
    const list = await ask(`${url}/v1/traces`, 'GET');
    assert.equal((list.body.traces as unknown[]).length, 3);
    assert.equal((await ask(`${url}/v1/traces/${String(plain.body.id)}`, 'DELETE')).status, 204);
    assert.equal((await ask(`${url}/v1/traces/${String(plain.body.id)}`, 'DELETE')).status, 404);
    assert.equal((await ask(`${url}/v1/traces/modelled-week`, 'DELETE')).status, 409);
    assert.equal((await readdir(path.join(dataFolder, 'traces'))).length, 1);
    await rm(dataFolder, { recursive: true });
  });

  it('refuses what is no trace, or damaged, with no path in its words, and keeps nothing', async () => {
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'foresail-'));
    const { url } = await start({ dataFolder });
    for (const body of ['', 'nonsense', 'a,b\n1,2\n', gzipSync(CSV).subarray(0, 100), `${CSV}x,y,z\n`]) {
      const refused = await upload(url, body);
      assert.equal(refused.status, 400, JSON.stringify(refused.body));
      assert.ok(!JSON.stringify(refused.body).includes(dataFolder));
    }
    const skipped = await upload(url, `${CSV}x,y,z\n`, '?skipBadRows=true');
    assert.equal(skipped.body.badRows, 1);
    assert.equal((await readdir(path.join(dataFolder, 'traces'))).length, 1);
    await rm(dataFolder, { recursive: true });
  });

  it('bounds uploads as sent and after unpacking, and how many there are', async () => {
    const { url } = await start({ uploadBytes: 4000, unpackedBytes: 6000, mostTraces: 1 });
    assert.equal((await upload(url, CSV.slice(0, 3000))).status, 400); // its last row is cut
    const bomb = gzipSync(Buffer.alloc(1_000_000, 'a'));
    assert.ok(bomb.length < 4000);
    const refused = await upload(url, bomb);
    assert.equal(refused.status, 413);
    assert.match(String(refused.body.detail), /unpacked/);
    assert.equal((await upload(url, 'x'.repeat(5000))).status, 413);
    const small = CSV.split('\n').slice(0, 50).join('\n');
    assert.equal((await upload(url, small)).status, 201);
    assert.equal((await upload(url, small)).status, 409);
  });

  it('names the field when a question asks for a trace that is not there', async () => {
    const { url } = await start();
    const { status, body } = await ask(`${url}/v1/forecast`, 'POST', { traffic: { trace: 'none' } });
    assert.equal(status, 400);
    assert.equal((body.errors as { pointer: string }[])[0]!.pointer, '/traffic/trace');
  });
});

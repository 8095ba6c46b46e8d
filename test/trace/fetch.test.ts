import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError, seededRandom, UpstreamError } from '../../src/base/index.js';
import {
  CATALOGUE,
  catalogueEntry,
  dataFolder,
  fetchTrace,
  traceFile,
  type CatalogueEntry,
} from '../../src/trace/index.js';
import { breakAfter, fileServer, honest, rangeStart, type FileServer } from '../helpers/file-server.js';

const random = seededRandom(7, 'download');
const CONTENT = Buffer.from(Uint8Array.from({ length: 300_000 }, () => random() * 256));
const OTHER = Buffer.from(CONTENT).fill(1, 1000, 1001);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const KNOWN = { bytes: CONTENT.length, sha256: sha256(CONTENT) };

function entryOf(...accepted: CatalogueEntry['accepted'][number][]): CatalogueEntry {
  return { name: 'sample', file: 'sample.csv', baseUrl: 'http://127.0.0.1:9', what: '', licence: '', accepted };
}

describe('fetching a trace', () => {
  let server: FileServer;
  let folder: string;
  const part = (): string => path.join(folder, 'sample.csv.part');
  const fetchIt = (
    entry = entryOf(KNOWN),
    options: { retries?: number; force?: boolean } = {},
  ): ReturnType<typeof fetchTrace> => fetchTrace(entry, { folder, baseUrl: server.url, retries: 0, ...options });
  const nothingUnderTheName = (): void => assert.ok(!existsSync(path.join(folder, 'sample.csv')));

  before(async () => {
    server = await fileServer(CONTENT);
  });
  after(() => server.close());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'foresail-fetch-'));
    server.behave(honest);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps it under its name once it is checked, tells of every byte, and leaves nothing else', async () => {
    const told: (number | null)[][] = [];
    const onProgress = (done: number, total: number | null): number => told.push([done, total]);
    const trace = await fetchTrace(entryOf(KNOWN), { folder, baseUrl: `${server.url}/a/b/`, onProgress });
    assert.deepEqual(trace, { name: 'sample', path: path.join(folder, 'sample.csv'), ...KNOWN, status: 'checked' });
    assert.ok(readFileSync(trace.path).equals(CONTENT));
    assert.deepEqual(readdirSync(folder), ['sample.csv']);
    assert.deepEqual(server.asked, ['/a/b/sample.csv']);
    assert.deepEqual(told.at(-1), [CONTENT.length, CONTENT.length]);
  });

  it('asks for nothing when it is there and right, and says so when another file is there', async () => {
    await fetchIt();
    server.behave(honest);
    assert.equal((await fetchIt()).status, 'kept');
    assert.deepEqual(server.asked, []);
    writeFileSync(path.join(folder, 'sample.csv'), OTHER);
    await assert.rejects(
      fetchIt(),
      (error: Error) => error instanceof InputError && /wrong checksum/.test(error.message),
    );
    assert.equal((await fetchIt(entryOf(KNOWN), { force: true })).status, 'checked');
  });

  it('keeps the part of a broken connection, says why, and goes on from there the next time', async () => {
    server.behave(breakAfter(100_000));
    await assert.rejects(fetchIt(), (error: Error) => {
      assert.ok(error instanceof UpstreamError);
      assert.match(error.message, /broke after \d+ bytes .*fetch again to go on/);
      return true;
    });
    nothingUnderTheName();
    const have = readFileSync(part()).length;
    assert.ok(have > 0 && have < CONTENT.length && readFileSync(part()).equals(CONTENT.subarray(0, have)));
    server.behave(honest);
    assert.equal((await fetchIt()).status, 'checked');
    assert.deepEqual(server.asked, [`/sample.csv bytes=${have}-`]);
    assert.deepEqual(readdirSync(folder), ['sample.csv']);
  });

  it('takes a broken connection up again by itself', async () => {
    server.behave(breakAfter(120_000), breakAfter(120_000), honest);
    assert.equal((await fetchIt(entryOf(KNOWN), { retries: 1 })).status, 'checked');
    assert.ok(server.asked.length === 3 && server.asked.slice(1).every((line) => / bytes=[1-9]/.test(line)));
  });

  it('starts anew when the server ignores the range', async () => {
    server.behave(breakAfter(50_000));
    await assert.rejects(fetchIt());
    server.behave((content, _, response) => response.writeHead(200, { 'content-length': content.length }).end(content));
    assert.equal((await fetchIt()).status, 'checked');
  });

  it('refuses another range than it asked for', async () => {
    writeFileSync(part(), CONTENT.subarray(0, 1000));
    server.behave((content, _, response) =>
      response
        .writeHead(206, { 'content-range': `bytes 5-${content.length - 1}/${content.length}` })
        .end(content.subarray(5)),
    );
    await assert.rejects(fetchIt(), /another range/);
    nothingUnderTheName();
  });

  it('removes what has a wrong checksum and says so', async () => {
    server.behave((_, __, response) => response.end(OTHER));
    await assert.rejects(fetchIt(), (error: Error) => {
      assert.ok(error instanceof UpstreamError);
      assert.ok(error.message.includes(`sha256 is ${sha256(OTHER)}, must be ${KNOWN.sha256}`));
      return true;
    });
    assert.deepEqual(readdirSync(folder), []);
  });

  it('removes a resumed file whose first part was wrong', async () => {
    writeFileSync(part(), OTHER.subarray(0, 2000));
    await assert.rejects(fetchIt(), /wrong checksum/);
    assert.deepEqual(readdirSync(folder), []);
    assert.equal((await fetchIt()).status, 'checked');
  });

  it('notices a file that ends early without saying so, and keeps the part', async () => {
    server.behave((content, _, response) => {
      response.write(content.subarray(0, 100_000)); // in pieces, so without a length
      response.end(content.subarray(100_000, 200_000));
    });
    await assert.rejects(fetchIt(), /ended after 200000 of 300000 bytes/);
    nothingUnderTheName();
    assert.equal(readFileSync(part()).length, 200_000);
  });

  it('refuses a server that announces another length, before taking anything', async () => {
    server.behave((content, _, response) =>
      response.writeHead(200, { 'content-length': 1234 }).end(content.subarray(0, 1234)),
    );
    await assert.rejects(fetchIt(), /says that the file has 1234 bytes, but it must have 300000/);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('removes a file that is too long', async () => {
    server.behave((content, _, response) => {
      response.write(content);
      response.end('more');
    });
    await assert.rejects(fetchIt(), /wrong size: 300004 bytes, must be 300000/);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('follows redirects, with the range', async () => {
    writeFileSync(part(), CONTENT.subarray(0, 1000));
    server.behave((_, __, response) => response.writeHead(302, { location: '/elsewhere' }).end(), honest);
    assert.equal((await fetchIt()).status, 'checked');
    assert.deepEqual(server.asked, ['/sample.csv bytes=1000-', '/elsewhere bytes=1000-']);
  });

  it('throws away a part that the server no longer has', async () => {
    writeFileSync(part(), Buffer.concat([CONTENT.subarray(0, 299_999)]));
    server.behave((_, __, response) => response.writeHead(416).end(), honest);
    assert.equal((await fetchIt(entryOf(KNOWN), { retries: 1 })).status, 'checked');
  });

  it('gives up at once when the file is not there, and tries again when the server is ill', async () => {
    server.behave((_, __, response) => response.writeHead(404).end());
    await assert.rejects(fetchIt(entryOf(KNOWN), { retries: 3 }), /answered 404/);
    assert.equal(server.asked.length, 1);
    server.behave((_, __, response) => response.writeHead(503).end(), honest);
    assert.equal((await fetchIt(entryOf(KNOWN), { retries: 1 })).status, 'checked');
    await assert.rejects(fetchTrace(entryOf(KNOWN), { folder: path.join(folder, 'b'), retries: 0 }), UpstreamError);
    await assert.rejects(fetchTrace(entryOf(KNOWN), { folder, baseUrl: 'ftp://x', force: true }), InputError);
  });

  it('accepts each of several contents', async () => {
    const lf = { bytes: 10, sha256: sha256(Buffer.alloc(10)) };
    assert.equal((await fetchIt(entryOf(lf, KNOWN))).sha256, KNOWN.sha256);
  });

  it('records the checksum of the first download where none is known, and checks from then on', async () => {
    assert.deepEqual([(await fetchIt(entryOf())).status, (await fetchIt(entryOf())).status], ['recorded', 'kept']);
    assert.deepEqual(JSON.parse(readFileSync(path.join(folder, 'checksums.json'), 'utf8')), { 'sample.csv': KNOWN });
    rmSync(path.join(folder, 'sample.csv'));
    server.behave((_, __, response) => response.end(OTHER));
    await assert.rejects(fetchIt(entryOf()), /wrong checksum/);
    writeFileSync(path.join(folder, 'checksums.json'), '{"sample.csv": {"bytes": 1}}');
    await assert.rejects(fetchIt(entryOf()), InputError);
  });

  it('never joins two versions of a file without a known checksum', async () => {
    server.behave(breakAfter(100_000));
    await assert.rejects(fetchIt(entryOf()));
    server.behave((content, request, response) => {
      assert.equal(request.headers['if-range'], '"v1"');
      assert.ok(rangeStart(request) > 0);
      response.writeHead(200, { 'content-length': content.length, etag: '"v2"' }).end(OTHER);
    });
    assert.equal((await fetchIt(entryOf())).sha256, sha256(OTHER));
    rmSync(path.join(folder, 'sample.csv'));
    rmSync(path.join(folder, 'checksums.json'));
    writeFileSync(part(), CONTENT.subarray(0, 5)); // of unknown origin: no tag beside it
    server.behave(honest);
    assert.equal((await fetchIt(entryOf())).sha256, KNOWN.sha256);
    assert.deepEqual(server.asked, ['/sample.csv']);
  });
});

describe('the catalogue of traces', () => {
  it('has every file of BurstGPT with two contents for the first part, and refuses unknown names', () => {
    assert.deepEqual(
      catalogueEntry('burstgpt-1').accepted.map(({ bytes }) => bytes),
      [52283111, 50853373],
    );
    assert.equal(CATALOGUE.filter(({ name }) => name.startsWith('burstgpt')).length, 6);
    assert.equal(new Set(CATALOGUE.map(({ name }) => name)).size, CATALOGUE.length);
    assert.throws(() => catalogueEntry('burstgpt-9'), InputError);
  });

  for (const [platform, env, folder] of [
    ['linux', {}, '/h/.cache/foresail'],
    ['linux', { XDG_CACHE_HOME: '/c' }, '/c/foresail'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, '/h/.cache/foresail'],
    ['darwin', { XDG_CACHE_HOME: '/c' }, '/h/Library/Caches/foresail'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/foresail'],
    ['linux', { FORESAIL_DATA: '/data', XDG_CACHE_HOME: '/c' }, '/data'],
  ] as const)
    it(`keeps traces in ${folder} on ${platform} with ${JSON.stringify(env)}`, () => {
      assert.equal(dataFolder({ platform, home: '/h', env }), folder);
    });

  it('takes a name for the fetched file, unless a file is called so', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'foresail-names-'));
    assert.equal(traceFile('burstgpt-1', folder), 'burstgpt-1');
    writeFileSync(path.join(folder, 'BurstGPT_1.csv'), '');
    assert.equal(traceFile('burstgpt-1', folder), path.join(folder, 'BurstGPT_1.csv'));
    assert.equal(traceFile('other.csv', folder), 'other.csv');
    rmSync(folder, { recursive: true });
  });
});

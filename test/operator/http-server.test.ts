import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { startHttpServer, type HttpServer } from '../../src/operator/index.js';

describe("the operator's HTTP server", () => {
  let isReady = false;
  let metrics = (): Promise<string> => Promise.resolve('up 1\n');
  let server: HttpServer;
  before(async () => {
    server = await startHttpServer({
      ...{ host: '127.0.0.1', port: 0 },
      isReady: () => isReady,
      metrics: () => metrics(),
    });
  });
  after(() => server.close());
  const get = async (path: string): Promise<[number, string]> => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [answer.status, await answer.text()];
  };

  it('is healthy before it is ready', async () => {
    assert.equal((await get('/healthz'))[0], 200);
    assert.equal((await get('/readyz'))[0], 503);
    isReady = true;
    assert.equal((await get('/readyz'))[0], 200);
  });

  it('serves the metrics, and says what it has at other addresses', async () => {
    assert.deepEqual(await get('/metrics?x=1'), [200, 'up 1\n']);
    assert.equal((await get('/nowhere'))[0], 404);
  });

  for (const [what, head, status] of [
    ['an address of slashes alone', 'GET // HTTP/1.1', 404],
    ['an address that is no URL', 'GET //[ HTTP/1.1', 404],
    ['a broken escape', 'GET /%zz HTTP/1.1', 404],
    ['a whole URL', 'GET http://[/metrics HTTP/1.1', 404],
    ['a word of JavaScript', 'GET /constructor HTTP/1.1', 404],
    ['no address at all', 'OPTIONS * HTTP/1.1', 404],
    ['a long address', `GET /${'x'.repeat(8000)} HTTP/1.1`, 404],
    ['an address without end', `GET /${'x'.repeat(20_000)} HTTP/1.1`, 431],
    ['another method', 'DELETE /metrics HTTP/1.1', 405],
    ['a method that there is not', 'FETCH /metrics HTTP/1.1', 400],
    ['an address with a space', 'GET /a b HTTP/1.1', 400],
    ['no HTTP', '\u0016\u0003\u0001', 400],
  ] as const)
    it(`answers ${what} with ${status}, and lives on`, async () => {
      assert.equal(await statusOf(server.port, `${head}\r\nhost: x\r\nconnection: close\r\n\r\n`), status);
      assert.equal((await get('/healthz'))[0], 200);
    });

  it('answers HEAD as GET, without the page', async () => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`, { method: 'HEAD' });
    assert.deepEqual([answer.status, await answer.text()], [200, '']);
  });

  it('answers 500 when the metrics cannot be had, and lives on', async () => {
    metrics = () => Promise.reject(new Error('no registry'));
    assert.deepEqual(await get('/metrics'), [500, 'no registry\n']);
    assert.equal((await get('/healthz'))[0], 200);
  });
});

/** The status that a server answers raw bytes with. */
async function statusOf(port: number, bytes: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (part) => (answer += part.toString('latin1')));
  socket.on('error', () => undefined); // it may be closed while we still write
  socket.end(bytes, 'latin1');
  await once(socket, 'close');
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

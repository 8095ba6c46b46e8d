import assert from 'node:assert/strict';
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

  it('answers 500 when the metrics cannot be had, and lives on', async () => {
    metrics = () => Promise.reject(new Error('no registry'));
    assert.deepEqual(await get('/metrics'), [500, 'no registry\n']);
    assert.equal((await get('/healthz'))[0], 200);
  });
});

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { InputError } from '../../src/base/index.js';
import { parseTokens, startService } from '../../src/api/index.js';
import { ask, testServices } from '../helpers/service.js';

const TOKEN = 'a-token-of-some-length';

describe('the security of the service', () => {
  const start = testServices();

  it('asks for a token where there is one, and names none in its answers', async () => {
    const { url } = await start({ tokens: [TOKEN, 'another-token-of-length'] });
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: TOKEN }]) {
      const { status, body, headers: answered } = await ask(`${url}/v1/jobs`, 'GET', undefined, headers);
      assert.equal(status, 401);
      assert.equal(body.status, 401);
      assert.equal(answered.get('www-authenticate'), 'Bearer');
    }
    const right = await ask(`${url}/v1/jobs`, 'GET', undefined, { authorization: `Bearer ${TOKEN}` });
    assert.equal(right.status, 200);
    assert.equal((await ask(`${url}/metrics`, 'GET')).status, 401);
    for (const open of ['/healthz', '/readyz', '/openapi.json', '/docs/'])
      assert.equal((await ask(url + open, 'GET')).status, 200, open);
  });

  it('refuses to listen elsewhere without tokens', async () => {
    await assert.rejects(startService({ dataFolder: '/nowhere', host: '0.0.0.0' }), InputError);
  });

  it('answers no foreign host name without tokens', async () => {
    const { port } = await start();
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { host: 'evil.example' };
      request({ port, host: '127.0.0.1', path: '/v1/jobs', headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
    assert.equal(status, 403);
  });

  it('limits requests by token', async () => {
    const { url } = await start({ tokens: [TOKEN, 'another-token-of-length'], requestsPerMinute: 3 });
    const get = (token: string): ReturnType<typeof ask> =>
      ask(`${url}/v1/jobs`, 'GET', undefined, { authorization: `Bearer ${token}` });
    for (let i = 0; i < 3; i++) assert.equal((await get(TOKEN)).status, 200);
    const refused = await get(TOKEN);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal((await get('another-token-of-length')).status, 200);
  });

  it('sends safe headers, an id, and no CORS', async () => {
    const { url } = await start();
    const { headers } = await ask(`${url}/healthz`, 'GET', undefined, {
      origin: 'https://elsewhere.example',
      'x-request-id': 'my-id.1',
    });
    assert.match(headers.get('content-security-policy') ?? '', /script-src 'self';/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('access-control-allow-origin'), null);
    assert.equal(headers.get('x-request-id'), 'my-id.1');
    assert.equal(headers.get('x-powered-by'), null);
  });

  it('reads tokens with their rules', () => {
    assert.deepEqual(parseTokens(`# mine\n${TOKEN}\n\n`, 'file'), [TOKEN]);
    assert.throws(() => parseTokens('# none\n', 'file'), /file: has no token/);
    assert.throws(() => parseTokens('short', 'file'), /token 1 is shorter/);
  });
});

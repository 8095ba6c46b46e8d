import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InputError } from '../../src/base/index.js';
import { connectKube } from '../../src/operator/kube/connect.js';
import type { KubeApi, KubeError, WatchEvent } from '../../src/operator/kube/kube-api.js';
import { tempFiles } from '../helpers/temp-file.js';

type Handle = (request: IncomingMessage, answer: ServerResponse, body: string) => void;

const LEAVES_OPEN = new AbortController().signal;

describe('the connection to an API server', () => {
  const writeFile = tempFiles();

  function kubeconfig(server: string, skip = true): string {
    const config = {
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': skip } }],
      users: [{ name: 'test', user: { token: 'secret' } }],
    };
    return writeFile('kubeconfig', JSON.stringify(config));
  }

  /** Runs a test against an API server of its own on loopback. */
  async function withServer(handle: Handle, test: (api: KubeApi) => Promise<void>, timeoutSeconds = 5): Promise<void> {
    const server = createServer((request, answer) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => handle(request, answer, body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      await test(await connectKube({ kubeconfig: kubeconfig(`http://127.0.0.1:${port}`), timeoutSeconds }));
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it('sends the path, the query, the credentials, and a patch as a merge patch', async () => {
    const seen: unknown[] = [];
    await withServer(
      ({ method, url, headers }, answer, body) => {
        seen.push([method, url, headers.authorization, headers['content-type'], body]);
        answer.end('{"ok":true}');
      },
      async (api) => {
        const query = { labelSelector: 'a=b,c', limit: 5, none: undefined };
        assert.deepEqual(await api.send({ method: 'GET', path: '/api/v1/pods', query }), { ok: true });
        await api.send({ method: 'PATCH', path: '/x/scale', body: { spec: { replicas: 2 } } });
      },
    );
    assert.deepEqual(seen, [
      ['GET', '/api/v1/pods?labelSelector=a%3Db%2Cc&limit=5', 'Bearer secret', undefined, ''],
      ['PATCH', '/x/scale', 'Bearer secret', 'application/merge-patch+json', '{"spec":{"replicas":2}}'],
    ]);
  });

  it('says what the server refused, why, and when to come back', async () => {
    const refuse: Handle = (_, answer) =>
      answer
        .writeHead(429, { 'retry-after': '7' })
        .end(JSON.stringify({ message: 'too busy', reason: 'TooManyRequests' }));
    await withServer(refuse, async (api) => {
      await assert.rejects(api.send({ method: 'GET', path: '/x' }), (error: KubeError) => {
        assert.deepEqual([error.status, error.reason, error.retryAfterSeconds], [429, 'TooManyRequests', 7]);
        assert.equal(error.message, 'Kubernetes GET /x: too busy (429)');
        return true;
      });
    });
  });

  for (const [name, handle] of [
    ['a server that never answers', () => undefined],
    ['an answer that never ends', (_, answer) => answer.writeHead(200).write('{"a":')],
    ['a connection that breaks', (request) => request.socket.destroy()],
    ['an answer that is no JSON', (_, answer) => answer.end('<html>')],
  ] satisfies [string, Handle][])
    it(`fails at ${name}, as at a server that cannot be reached`, async () => {
      await withServer(
        handle,
        async (api) => {
          await assert.rejects(api.send({ method: 'GET', path: '/x' }), { name: 'UpstreamError', status: 0 });
        },
        0.2,
      );
    });

  it('sends nothing that its guard forbids', async () => {
    let requests = 0;
    await withServer(
      (_, answer) => answer.end(`{"requests":${++requests}}`),
      async (api) => {
        const guard = (): void => {
          throw new RangeError('not now');
        };
        await assert.rejects(api.send({ method: 'PATCH', path: '/x', body: {}, guard }), RangeError);
      },
    );
    assert.equal(requests, 0);
  });

  it('tells the events of a watch as they come, and ends where the server ends it', async () => {
    const events: WatchEvent[] = [];
    const line = (type: string, name: string): string =>
      `${JSON.stringify({ type, object: { metadata: { name } } })}\n`;
    await withServer(
      ({ url }, answer) => {
        assert.equal(url, '/pods?resourceVersion=7&watch=true');
        const text = line('ADDED', 'a') + line('DELETED', 'ä');
        answer.write(text.slice(0, 20)); // lines come in pieces
        setTimeout(() => answer.end(text.slice(20)), 20);
      },
      (api) => api.watch('/pods', { resourceVersion: '7' }, (event) => events.push(event), LEAVES_OPEN),
    );
    assert.deepEqual(
      events.map(({ type, object }) => `${type} ${object.metadata.name}`),
      ['ADDED a', 'DELETED ä'],
    );
  });

  for (const [name, handle] of [
    ['as its answer', (_, answer) => answer.writeHead(410).end('{"reason":"Expired"}')],
    ['within it', (_, answer) => answer.end('{"type":"ERROR","object":{"code":410,"reason":"Expired"}}\n')],
  ] satisfies [string, Handle][])
    it(`fails with 410 when a watch is told ${name} that its place is gone`, async () => {
      await withServer(handle, async (api) => {
        await assert.rejects(
          api.watch('/pods', {}, () => undefined, LEAVES_OPEN),
          { status: 410, reason: 'Expired' },
        );
      });
    });

  it('ends a watch that is to end, be it answered or not', async () => {
    for (const handle of [() => undefined, (_, answer) => answer.writeHead(200).write('\n')] satisfies Handle[])
      await withServer(handle, async (api) => {
        const ending = new AbortController();
        const watching = api.watch('/pods', {}, () => undefined, ending.signal).catch((error: unknown) => error);
        setTimeout(() => ending.abort(), 50);
        await watching;
      });
  });

  it('refuses a kubeconfig that is not there, is none, names no cluster, or has a server without TLS', async () => {
    const files = ['/nowhere', writeFile('text', 'a: ['), writeFile('empty', '{}'), kubeconfig('http://h:1', false)];
    for (const file of files)
      await assert.rejects(connectKube({ kubeconfig: file }), (error) => {
        assert.ok(error instanceof InputError);
        assert.ok(error.message.startsWith(file) && !error.message.includes('\n'), error.message);
        return true;
      });
  });
});

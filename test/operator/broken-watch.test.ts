import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { eachEvent } from '../../src/operator/kube/exchange.js';
import { KubeError, type WatchEvent } from '../../src/operator/kube/kube-api.js';

describe('a watch whose server dies', () => {
  it('tells what came, then fails, and does not end the process', async () => {
    const server = http.createServer((_, response) => {
      response.write('{"type":"ADDED","object":{"metadata":{"name":"a"}}}\n', () =>
        setTimeout(() => response.destroy(), 20),
      );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const [answer] = (await once(http.get({ port: (server.address() as AddressInfo).port }), 'response')) as [
      http.IncomingMessage,
    ];
    const seen: WatchEvent[] = [];
    const request = { method: 'GET', path: '/watched' } as const;
    const watched = eachEvent(request, answer, (event) => seen.push(event), new AbortController().signal);
    await assert.rejects(watched, KubeError);
    assert.deepEqual(
      seen.map(({ type }) => type),
      ['ADDED'],
    );
    await once(server.close(), 'close');
  });
});

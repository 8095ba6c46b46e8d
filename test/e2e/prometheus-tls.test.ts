import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UpstreamError } from '../../src/base/index.js';
import { readGoodputScaler } from '../../src/operator/index.js';
import { openSource } from '../../src/operator/open-service.js';
import { prometheusSource } from '../../src/vllm/index.js';
import { fakeKube } from '../helpers/fake-kube.js';
import { constantly } from '../helpers/fake-prometheus.js';
import { EPOCH, scalerObject } from '../helpers/operator.js';
import { describeWithPrograms } from './programs.js';

describeWithPrograms(['openssl'], 'a Prometheus behind TLS with a CA of its own', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-tls-'));
  let server: Server;
  let ca = '';
  let url = '';
  before(async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name)) as [string, string];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
    ]);
    assert.equal(made.status, 0, made.stderr.toString());
    ca = readFileSync(cert, 'utf8');
    server = createServer({ key: readFileSync(key), cert: ca }, (request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        const form = Object.fromEntries(new URLSearchParams(body));
        constantly('4')({ path: request.url ?? '', form, headers: request.headers }, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  const pools = [{ role: 'serve' as const }];

  it('is read with the CA that is given', async () => {
    const load = await prometheusSource({ url, model: 'm', pools, ca }).history(0, 120, 60);
    assert.deepEqual([...load.requests], [4, 4]);
  });

  it('is read by the operator with the CA that its Secret holds, and not without', async () => {
    const load = { prometheus: { url, authSecretRef: { name: 'prometheus' } } };
    const scaler = readGoodputScaler(scalerObject('llama', { load }));
    const readWith = async (data: Record<string, string>): Promise<number | null> => {
      const kube = fakeKube();
      kube.put('/api/v1/namespaces/ai/secrets/prometheus', { metadata: { name: 'prometheus' }, data });
      return (await (await openSource({}, scaler, kube)).now(EPOCH)).ttft;
    };
    assert.equal(await readWith({ 'ca.crt': Buffer.from(ca).toString('base64') }), 4);
    await assert.rejects(readWith({}), UpstreamError);
  });

  it('is not trusted without it', async () => {
    await assert.rejects(prometheusSource({ url, model: 'm', pools }).history(0, 120, 60), UpstreamError);
  });
});

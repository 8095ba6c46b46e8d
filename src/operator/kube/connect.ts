import type { ClientRequest } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { Cluster, KubeConfig } from '@kubernetes/client-node';
import { InputError } from '../../base/index.js';
import { bodyOf, eachEvent, exchange, textOf } from './exchange.js';
import { KubeError, type KubeApi, type KubeRequest } from './kube-api.js';

/** How the API server is found and asked. */
export interface ConnectOptions {
  /** A kubeconfig; default: KUBECONFIG, ~/.kube/config, or the service account of the pod. */
  readonly kubeconfig?: string | undefined;
  /** A request without an answer fails after so long; default 15. */
  readonly timeoutSeconds?: number;
}

/**
 * Opens the API server that a kubeconfig or a pod's service account names. Nothing is asked yet.
 *
 * @throws InputError when the kubeconfig cannot be read or names no cluster
 */
export async function connectKube({ kubeconfig, timeoutSeconds = 15 }: ConnectOptions = {}): Promise<KubeApi> {
  const config = await loadConfig(kubeconfig);
  const { server, skipTLSVerify, tlsServerName, proxyUrl } = clusterOf(config, kubeconfig);
  const agent = new https.Agent({ keepAlive: true });
  const open = async (request: KubeRequest): Promise<ClientRequest> => {
    const url = new URL(server.replace(/\/$/, '') + request.path);
    for (const [name, value] of Object.entries(request.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const options: https.RequestOptions = { method: request.method, headers: headersOf(request) };
    await config.applyToHTTPSOptions(options).catch((cause: unknown) => {
      throw new KubeError(`cannot sign in to Kubernetes: ${(cause as Error).message}`, 0, '', null, { cause });
    });
    if (url.protocol === 'http:') return http.request(url, options);
    if (proxyUrl === undefined) options.agent = agent; // theirs is a new one for each request
    if (tlsServerName !== undefined) options.servername = tlsServerName;
    if (skipTLSVerify) options.rejectUnauthorized = false;
    return https.request(url, options);
  };
  return {
    async send(request) {
      const sending = await open(request);
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      const answer = await exchange(sending, request, signal);
      return bodyOf(request, answer, await textOf(request, answer, signal));
    },
    async watch(path, query, onEvent, signal) {
      const request: KubeRequest = { method: 'GET', path, query: { ...query, watch: true } };
      const answer = await exchange(await open(request), request, signal);
      if (answer.statusCode !== 200) bodyOf(request, answer, await textOf(request, answer, signal));
      await eachEvent(request, answer, onEvent, signal);
    },
  };
}

async function loadConfig(file: string | undefined): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (cause) {
    throw new InputError(`${file ?? 'kubeconfig'}: cannot be read (${(cause as Error).message.split('\n')[0]})`, {
      cause,
    });
  }
  return config;
}

function clusterOf(config: KubeConfig, file = 'kubeconfig'): Cluster {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new InputError(`${file}: names no current cluster`);
  if (cluster.server.startsWith('http:') && !cluster.skipTLSVerify)
    throw new InputError(`${file}: the server must be reached by https, got ${cluster.server}`);
  return cluster;
}

function headersOf({ method, body }: KubeRequest): Record<string, string> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return {
    accept: 'application/json',
    'user-agent': 'foresail',
    ...(body === undefined ? {} : { 'content-type': type }),
  };
}

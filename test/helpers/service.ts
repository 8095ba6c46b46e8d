import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startService, type RunningService, type StartOptions } from '../../src/api/index.js';

/** Starts services on loopback with folders of their own; they stop when the enclosing `describe` is over. */
export function testServices(): (options?: Partial<StartOptions>) => Promise<RunningService> {
  const started: { service: RunningService; folder: string | null }[] = [];
  after(async () => {
    for (const { service, folder } of started) {
      service.close();
      await service.ended;
      if (folder !== null) await rm(folder, { recursive: true });
    }
  });
  return async (options = {}) => {
    const folder = options.dataFolder === undefined ? await mkdtemp(path.join(tmpdir(), 'foresail-')) : null;
    const service = await startService({
      ...{ dataFolder: folder ?? '', jobThreads: 1, quickThreads: 1, requestsPerMinute: 1_000_000, ...options },
    });
    started.push({ service, folder });
    return service;
  };
}

/** A request and its JSON answer. */
export async function ask(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { text },
  };
}

/** Waits until a job has ended. */
export async function endOfJob(url: string, id: string): Promise<Record<string, unknown>> {
  for (;;) {
    const { body } = await ask(`${url}/v1/jobs/${id}`, 'GET');
    if (body.state !== 'queued' && body.state !== 'running') return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

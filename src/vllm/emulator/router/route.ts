import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import type { Request, Response } from 'express';
import type { Role } from '../../../spec/index.js';
import { ApiError, badRequest } from '../api-error.js';
import { bodyBegun, callEndpoint, wholeBody, type Call } from './call-endpoint.js';
import { chooseEndpoint, type Endpoint } from './endpoints.js';
import { waysToServe, type RouterState } from './router-state.js';

/** Seconds for which an endpoint that could not be reached is left alone. */
const REST_SECONDS = 1;

/**
 * Serves one request: by a `serve` endpoint, or in two steps where there are prefill and decode endpoints. What fails before the
 * first byte has gone to the client is tried on every other endpoint of the role.
 *
 * @throws ApiError when no endpoint answers
 */
export async function route(state: RouterState, request: Request, response: Response): Promise<void> {
  const way = state.isDraining ? null : waysToServe(state);
  if (way === null)
    throw new ApiError(503, 'ServiceUnavailableError', state.isDraining ? 'the router is draining' : 'no endpoints');
  const client = new AbortController();
  response.on('close', () => client.abort());
  const call = {
    path: request.path,
    method: 'POST',
    requestId: request.get('x-request-id') ?? `route-${++state.requests}`,
    signal: client.signal,
  };
  state.open++;
  try {
    const raw = request.body as Buffer;
    const body = way === 'serve' ? raw : await prefill(state, { ...call, body: raw });
    await relay(state, way === 'serve' ? 'serve' : 'decode', { ...call, body }, response);
    state.counters.answered.inc();
  } catch (error) {
    const hasClientGone = client.signal.aborted && !(error instanceof BrokenOff);
    state.counters[hasClientGone ? 'aborted' : 'failed'].inc();
    if (response.headersSent) response.destroy();
    else if (!client.signal.aborted) throw error;
  } finally {
    state.open--;
    state.onIdle();
  }
}

type RoutedCall = Omit<Call, 'url'>;

/**
 * The first step: a prefill endpoint computes the prompt and one token.
 *
 * @returns the body of the second step, which says where the prompt's KV is
 */
async function prefill(state: RouterState, call: RoutedCall): Promise<string> {
  let wanted: Record<string, unknown>;
  try {
    wanted = JSON.parse(String(call.body)) as Record<string, unknown>;
  } catch (cause) {
    throw badRequest(`JSON decode error: ${(cause as Error).message}`);
  }
  const first = {
    ...wanted,
    stream: false,
    stream_options: undefined,
    min_tokens: undefined,
    max_tokens: 1,
    max_completion_tokens: 'max_completion_tokens' in wanted ? 1 : undefined,
    kv_transfer_params: {
      do_remote_decode: true,
      do_remote_prefill: false,
      remote_engine_id: null,
      remote_block_ids: null,
      remote_host: null,
      remote_port: null,
    },
  };
  return tryEach(state, 'prefill', { ...call, body: JSON.stringify(first) }, async (answer) => {
    const text = await wholeBody(answer);
    if (answer.statusCode !== 200) throw new PassedOn(answer.statusCode ?? 502, text);
    const { kv_transfer_params: params } = JSON.parse(text) as { kv_transfer_params?: unknown };
    return JSON.stringify(params ? { ...wanted, kv_transfer_params: params } : wanted);
  });
}

/** A failure that no other endpoint can mend. */
class FinalError extends Error {
  override readonly name: string = 'FinalError';
}

/** An answer of an endpoint that is the client's to read, such as 400. */
export class PassedOn extends FinalError {
  override readonly name = 'PassedOn';
  constructor(
    readonly status: number,
    readonly text: string,
  ) {
    super(`an endpoint answered ${status}`);
  }
}

/** An endpoint stopped in the middle of its answer, while the client was still there. */
class BrokenOff extends FinalError {
  override readonly name = 'BrokenOff';
}

/** Passes an endpoint's answer on as it comes. */
function relay(state: RouterState, role: Role, call: RoutedCall, response: Response): Promise<void> {
  return tryEach(state, role, call, async (answer) => {
    await bodyBegun(answer);
    response.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] ?? 'text/plain' });
    // What ends first says who went: breaking off closes the client's response too, and that looks like the client going.
    let Failure = FinalError;
    answer.once('error', () => {
      if (!call.signal.aborted) Failure = BrokenOff;
    });
    await new Promise<void>((resolve, reject) =>
      pipeline(answer, response, (cause) => {
        if (cause) reject(new Failure('the answer broke off', { cause }));
        else resolve();
      }),
    );
  });
}

/** Tries endpoints of a role until one answers without a server error and `use` takes the answer. */
async function tryEach<T>(
  state: RouterState,
  role: Role,
  call: RoutedCall,
  use: (answer: IncomingMessage) => Promise<T>,
): Promise<T> {
  const tried = new Set<Endpoint>();
  let last = 'there is none';
  for (;;) {
    const endpoint = chooseEndpoint(state.endpoints, role, tried, state.clock.now(), state.turn++);
    if (!endpoint) throw new ApiError(502, 'BadGatewayError', `no ${role} endpoint answers: ${last}`);
    if (tried.size > 0) state.counters.retried.inc();
    tried.add(endpoint);
    endpoint.outstanding++;
    try {
      const answer = await callEndpoint(state.agent, { ...call, url: endpoint.url });
      if ((answer.statusCode ?? 0) < 500) return await use(answer);
      last = `${endpoint.url} answered ${answer.statusCode ?? 0}`;
      if (answer.statusCode === 503) endpoint.downUntil = state.clock.now() + REST_SECONDS;
      answer.resume();
    } catch (error) {
      if (error instanceof FinalError || call.signal.aborted) throw error;
      endpoint.downUntil = state.clock.now() + REST_SECONDS;
      last = `${endpoint.url}: ${(error as Error).message}`;
    } finally {
      endpoint.outstanding--;
    }
  }
}

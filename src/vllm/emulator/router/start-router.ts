import { Agent, createServer } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { systemClock, type Clock } from '../../clock.js';
import { ApiError, errorBody } from '../api-error.js';
import { listen, type Emulator } from '../start-emulator.js';
import { callEndpoint } from './call-endpoint.js';
import { updateEndpoints, type EndpointLine } from './endpoints.js';
import { PassedOn, route } from './route.js';
import { openRouterState, waysToServe, type RouterState } from './router-state.js';

/** How a router is opened. */
export interface RouterOptions {
  readonly endpoints: readonly EndpointLine[];
  readonly host?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly clock?: Clock;
}

/** A running router. */
export interface Router extends Pick<Emulator, 'url' | 'port' | 'ended' | 'drain' | 'close'> {
  /** Takes a new list of endpoints; requests in progress stay where they are. */
  readonly update: (endpoints: readonly EndpointLine[]) => void;
}

const MOST_BODY = '64mb';

/**
 * Starts a router before several replicas: the one with the fewest requests gets the next one; where there are prefill and decode
 * replicas, each request goes to one of each, with vLLM's two-step hand-over.
 *
 * @throws InputError when the port cannot be had
 */
export async function startRouter(options: RouterOptions): Promise<Router> {
  const { host = '127.0.0.1', clock = systemClock() } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, scheduling: 'lifo' });
  const state = await openRouterState(agent, clock);
  updateEndpoints(state.endpoints, options.endpoints);
  const server = createServer(await routerApp(state));
  server.keepAliveTimeout = 65_000;
  const port = await listen(server, options.port ?? 0, host);
  let tell: (why: 'drained' | 'closed') => void;
  const ended = new Promise<'drained' | 'closed'>((resolve) => (tell = resolve));
  const stop = (why: 'drained' | 'closed'): void => {
    server.close(() => {
      agent.destroy();
      tell(why);
    });
    if (why === 'closed') server.closeAllConnections();
    server.closeIdleConnections();
  };
  const drain = (): void => {
    state.isDraining = true;
    state.onIdle = () => {
      if (state.open === 0) setImmediate(stop, 'drained'); // the last answer is still being written
    };
    state.onIdle();
  };
  const update = (lines: readonly EndpointLine[]): void => updateEndpoints(state.endpoints, lines);
  return { url: `http://${host}:${port}`, port, ended, drain, close: () => stop('closed'), update };
}

async function routerApp(state: RouterState) {
  const { default: express } = await import('express');
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.get('/health', (_request, response) => {
    response.status(!state.isDraining && waysToServe(state) !== null ? 200 : 503).end();
  });
  app.get('/metrics', async (_request, response) => {
    response.type(state.kit.registry.contentType).send(await state.kit.registry.metrics());
  });
  app.get('/v1/models', (_request, response) => models(state, response));
  const raw = express.raw({ limit: MOST_BODY, type: () => true });
  app.post(['/v1/completions', '/v1/chat/completions'], raw, (request, response) => route(state, request, response));
  app.use((request: Request) => {
    throw new ApiError(404, 'NotFoundError', `Not Found: ${request.method} ${request.path}`);
  });
  app.use(answerError);
  return app;
}

/** The models of the first endpoint that answers: all are to serve the same. */
async function models({ endpoints, agent }: RouterState, response: Response): Promise<void> {
  for (const { url } of endpoints) {
    const call = { url, path: '/v1/models', method: 'GET', body: null, requestId: 'models' };
    const answer = await callEndpoint(agent, { ...call, signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (answer?.statusCode === 200) {
      answer.pipe(response.type('json'));
      return;
    }
    answer?.resume();
  }
  throw new ApiError(503, 'ServiceUnavailableError', 'no endpoint lists its models');
}

function answerError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (error instanceof PassedOn) response.status(error.status).type('json').send(error.text);
  else if (error instanceof ApiError) response.status(error.status).json(errorBody(error));
  else next(error);
}

import type { Express, NextFunction, Request, Response } from 'express';
import { ApiError, badRequest, errorBody } from './api-error.js';
import type { EmulatorState } from './emulator-state.js';
import { generate } from './generate.js';

/** Largest body that is taken: a prompt of some million tokens. */
const MOST_BODY = '64mb';

/** vLLM's HTTP interface over one emulated replica. */
export async function emulatorApp(state: EmulatorState): Promise<Express> {
  const { default: express } = await import('express');
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    // A vLLM server that loads its model has no open port yet; here it says so.
    if (state.phase === 'starting') response.status(503).end();
    else next();
  });
  app.get('/health', (_request, response) => {
    response.status(state.phase === 'ready' ? 200 : 503).end();
  });
  app.get('/metrics', async (_request, response) => {
    response.type(state.kit.registry.contentType).send(await state.kit.registry.metrics());
  });
  app.get('/v1/models', (_request, response) => {
    response.json({ object: 'list', data: [modelCard(state)] });
  });
  const json = express.json({ limit: MOST_BODY, type: () => true });
  app.post('/v1/completions', json, (request, response) => generate(state, 'completions', request, response));
  app.post('/v1/chat/completions', json, (request, response) => generate(state, 'chat', request, response));
  app.use((request: Request) => {
    throw new ApiError(404, 'NotFoundError', `Not Found: ${request.method} ${request.path}`);
  });
  app.use(answerError);
  return app;
}

function modelCard({ modelName, startedAt, profile }: EmulatorState): object {
  const { maxModelTokens } = profile;
  return {
    id: modelName,
    object: 'model',
    created: startedAt,
    owned_by: 'foresail',
    root: modelName,
    parent: null,
    max_model_len: maxModelTokens,
  };
}

/** Express knows an error handler by its four parameters. */
function answerError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (response.headersSent) {
    next(error);
    return;
  }
  const answer = error instanceof ApiError ? error : fromParser(error);
  response.status(answer.status).json(errorBody(answer));
}

/** Errors of the JSON parser carry a status of 4xx; all others are our own fault. */
function fromParser(error: unknown): ApiError {
  const { status, message } = error as { status?: unknown; message?: unknown };
  if (typeof status !== 'number' || status < 400 || status >= 500) throw error;
  return badRequest(`JSON decode error: ${String(message)}`);
}

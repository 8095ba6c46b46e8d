import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import compression from 'compression';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { openApiDocument } from '../openapi.js';
import type { Service } from '../service.js';
import { docsRoutes } from './docs.js';
import type { ServiceMetrics } from './metrics.js';
import { HttpProblem, problemBody, problemOf } from './problems.js';
import { pageRoutes } from './page.js';
import { apiRoutes } from './routes.js';
import { callerKey, requireToken } from './tokens.js';

/** How the service is reached. */
export interface AppOptions {
  readonly service: Service;
  readonly metrics: ServiceMetrics;
  readonly log: Logger;
  readonly version: string;
  /** None: loopback only. */
  readonly tokens: readonly string[];
  /** Requests per minute and token. */
  readonly requestsPerMinute: number;
  /** Folder of the built page; null: none. */
  readonly pageFolder: string | null;
  /** False while the service shuts down. */
  readonly isReady: () => boolean;
}

/** The HTTP interface. */
export async function openApp(options: AppOptions): Promise<Express> {
  const { service, metrics, log, tokens, isReady } = options;
  const app = express();
  app.disable('x-powered-by').set('query parser', 'simple').set('trust proxy', false);
  app.use(requestIds, requestLog(log), metrics.watch, headers(), compression({ filter: isCompressed }));
  app.get('/healthz', (_request, response) => void response.type('text').send('ok\n'));
  app.get('/readyz', (_request, response) => {
    if (!isReady()) throw new HttpProblem(503, 'shutting down', [], { 'Retry-After': '5' });
    response.type('text').send('ready\n');
  });
  const document = openApiDocument(options.version);
  app.get('/openapi.json', (_request, response) => void response.json(document));
  app.use('/docs', await docsRoutes());
  const limit = limiter(options.requestsPerMinute);
  const guard = requireToken(tokens);
  app.get('/metrics', limit, guard, async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.use('/v1', limit, guard, apiRoutes(service));
  const { pageFolder } = options;
  if (pageFolder !== null && existsSync(pageFolder)) app.use(pageRoutes(pageFolder));
  app.use((request: Request) => {
    throw new HttpProblem(404, `there is no ${request.method} ${request.path.slice(0, 200)}`);
  });
  app.use(errorAnswer(log));
  return app;
}

/** Every request has an id, its own where that is one; answers and logs carry it. */
const requestIds: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  const id = given !== undefined && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
  response.locals.requestId = id;
  response.set('X-Request-Id', id);
  next();
};

function requestLog(log: Logger): RequestHandler {
  return pinoHttp<Request, Response>({
    logger: log,
    genReqId: (_request, response) => response.locals.requestId as string,
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'error' : 'debug'),
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({ id, method, url }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
  }) as RequestHandler;
}

/** Everything comes from this process: no other origin, no inline script. HTTPS is its proxy's matter. */
function headers(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}

function isCompressed(request: Request, response: Response): boolean {
  return (
    !String(response.getHeader('Content-Type')).startsWith('text/event-stream') && compression.filter(request, response)
  );
}

function limiter(requestsPerMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => callerKey(request) ?? ipKeyGenerator(request.ip ?? ''),
    handler: (_request, response) => {
      const seconds = String(response.getHeader('Retry-After') ?? '60');
      throw new HttpProblem(429, `more than ${requestsPerMinute} requests in a minute`, [], { 'Retry-After': seconds });
    },
  });
}

/** Express knows an error handler by its four parameters. */
function errorAnswer(log: Logger) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent || response.destroyed) {
      next(error);
      return;
    }
    const requestId = response.locals.requestId as string;
    const problem = problemOf(error) ?? new HttpProblem(500, 'the service failed; its log says why');
    if (problem.status === 500) log.error({ err: error, requestId }, 'request failed');
    if (!request.complete) response.set('Connection', 'close');
    response.status(problem.status).set(problem.headers).type('application/problem+json');
    response.send(JSON.stringify(problemBody(problem, requestId)));
  };
}

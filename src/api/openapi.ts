import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { QUESTIONS } from './questions.js';
import {
  job,
  jobId,
  jobList,
  jobSummary,
  KINDS,
  liveAnswer,
  problem,
  profileList,
  traceEntry,
  traceId,
  traceList,
  uploadQuery,
  type Kind,
} from './schemas/index.js';

const PROBLEMS: Record<number, string> = {
  400: 'The request cannot be used; `errors` names the fields',
  401: 'No valid token',
  404: 'There is no such thing',
  409: 'It is in use, or has ended',
  413: 'Too large',
  415: 'Not a content type that is taken',
  429: 'Too many requests, or the queue of jobs is full: come back after Retry-After',
  502: 'The running service cannot be read',
  503: 'Shutting down',
};

const problems = (...codes: (keyof typeof PROBLEMS)[]): object =>
  Object.fromEntries(
    codes.map((code) => [
      code,
      { description: PROBLEMS[code], content: { 'application/problem+json': { schema: problem } } },
    ]),
  );

const json = (description: string, schema: z.ZodType): object => ({
  description,
  content: { 'application/json': { schema } },
});

/** The OpenAPI 3.1 document of the service, from the schemas that validate. */
export function openApiDocument(version: string): ReturnType<typeof createDocument> {
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Foresail',
      version,
      description:
        'What-if questions about a vLLM service: forecast, simulate, plan, size. Small questions answer at once (200), long ones become jobs (202).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, {}],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Not needed where none is set (loopback only)' },
      },
    },
    paths: { ...questionPaths(), ...jobPaths(), ...tracePaths(), ...otherPaths() },
  });
}

function questionPaths(): ZodOpenApiPathsObject {
  return Object.fromEntries(KINDS.map((kind) => [`/v1/${kind}`, { post: questionOperation(kind) }]));
}

function questionOperation(kind: Kind): ZodOpenApiOperationObject {
  const { question, answer, summary } = QUESTIONS[kind];
  return {
    operationId: kind,
    tags: ['questions'],
    summary,
    requestBody: { required: true, content: { 'application/json': { schema: question } } },
    responses: {
      200: json('The answer', answer),
      202: {
        ...json('A job was made of it: see Location', jobSummary),
        headers: z.object({ Location: z.string() }),
      },
      ...problems(400, 401, 413, 415, 429, 502, 503),
    },
  };
}

const byJob = { path: z.strictObject({ id: jobId }) };

function jobPaths(): ZodOpenApiPathsObject {
  return {
    '/v1/jobs': {
      get: {
        ...{ operationId: 'listJobs', tags: ['jobs'], summary: 'The newest jobs, newest first' },
        responses: { 200: json('Jobs without their answers', jobList), ...problems(401, 429) },
      },
    },
    '/v1/jobs/{id}': {
      get: {
        ...{ operationId: 'getJob', tags: ['jobs'], summary: 'A job, with its answer once it is done' },
        requestParams: byJob,
        responses: { 200: json('The job', job), ...problems(400, 401, 404, 429) },
      },
      delete: {
        ...{ operationId: 'cancelJob', tags: ['jobs'], summary: 'Cancel a job that waits or runs' },
        requestParams: byJob,
        responses: { 200: json('The cancelled job', jobSummary), ...problems(400, 401, 404, 409, 429) },
      },
    },
    '/v1/jobs/{id}/events': {
      get: {
        ...{ operationId: 'watchJob', tags: ['jobs'] },
        summary: 'Progress as server-sent events: `job` events with a JobSummary, the last one in an end state',
        requestParams: byJob,
        responses: {
          200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
          ...problems(400, 401, 404, 429),
        },
      },
    },
  };
}

function tracePaths(): ZodOpenApiPathsObject {
  const body = { schema: z.string().meta({ override: { type: 'string', format: 'binary' } }) };
  return {
    '/v1/traces': {
      get: {
        ...{ operationId: 'listTraces', tags: ['traces'], summary: 'Every trace that questions can name' },
        responses: { 200: json('The traces', traceList), ...problems(401, 429) },
      },
      post: {
        ...{ operationId: 'uploadTrace', tags: ['traces'] },
        summary: 'Upload a request trace: BurstGPT, Azure or plain CSV, as it is or gzip',
        requestParams: { query: uploadQuery },
        requestBody: {
          required: true,
          content: { 'text/csv': body, 'application/gzip': body, 'application/octet-stream': body },
        },
        responses: {
          201: { ...json('The trace', traceEntry), headers: z.object({ Location: z.string() }) },
          ...problems(400, 401, 413, 415, 429, 503),
        },
      },
    },
    '/v1/traces/{id}': {
      delete: {
        ...{ operationId: 'deleteTrace', tags: ['traces'], summary: 'Delete an uploaded trace' },
        requestParams: { path: z.strictObject({ id: traceId }) },
        responses: { 204: { description: 'Deleted' }, ...problems(400, 401, 404, 409, 429) },
      },
    },
  };
}

function otherPaths(): ZodOpenApiPathsObject {
  const text = (description: string): object => ({
    description,
    content: { 'text/plain': { schema: z.string() } },
  });
  return {
    '/v1/profiles': {
      get: {
        ...{ operationId: 'listProfiles', tags: ['profiles'], summary: 'Latency profiles and forecasters' },
        responses: { 200: json('The profiles', profileList), ...problems(401, 429) },
      },
    },
    '/v1/live': {
      get: {
        ...{ operationId: 'live', tags: ['live'], summary: 'The running service now: queues, latencies, instances' },
        responses: { 200: json('The service', liveAnswer), ...problems(401, 404, 429, 502) },
      },
    },
    '/healthz': {
      get: {
        operationId: 'health',
        tags: ['service'],
        summary: 'The process lives',
        security: [],
        responses: { 200: text('ok') },
      },
    },
    '/readyz': {
      get: {
        ...{ operationId: 'readiness', tags: ['service'], summary: 'It takes questions', security: [] },
        responses: { 200: text('ready'), ...problems(503) },
      },
    },
    '/metrics': {
      get: {
        ...{ operationId: 'metrics', tags: ['service'], summary: 'Metrics in the format of Prometheus' },
        responses: { 200: text('Metrics'), ...problems(401) },
      },
    },
  };
}

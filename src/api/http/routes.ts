import express, { type Request, type Response, type Router } from 'express';
import { DEFAULT_PROFILE, loadProfile, profileNames } from '../../serving/index.js';
import { FORECASTER_NAMES } from '../../forecast/index.js';
import { QUESTIONS } from '../questions.js';
import { jobId, KINDS, traceId, uploadQuery, type JobSummary, type Kind } from '../schemas/index.js';
import { summaryOf } from '../jobs/job-shelf.js';
import type { Service } from '../service.js';
import { checked, HttpProblem } from './problems.js';

const MOST_BODY = '64kb';
const UPLOAD_TYPES = ['text/csv', 'application/gzip', 'application/octet-stream'];
const MOST_LISTED = 100;
const MOST_WATCHERS = 200;
const HEARTBEAT_MS = 15_000;

/** The API under /v1. */
export function apiRoutes(service: Service): Router {
  const router = express.Router();
  const json = express.json({ limit: MOST_BODY, strict: true, type: 'application/json' });
  for (const kind of KINDS)
    router.post(`/${kind}`, needJson, json, (request, response) => ask(service, kind, request, response));
  router.get('/jobs', (_request, response) => void response.json({ jobs: service.jobs.list(MOST_LISTED) }));
  router.get('/jobs/:id', (request, response) => void response.json(service.jobs.get(idOf(request))));
  router.delete('/jobs/:id', (request, response) => {
    const job = service.jobs.cancel(idOf(request));
    service.audit('job-cancelled', response, { id: job.id, kind: job.kind });
    response.json(job);
  });
  router.get('/jobs/:id/events', watcher(service));
  router.get('/traces', (_request, response) => void response.json({ traces: service.traces.list() }));
  router.post('/traces', (request, response) => upload(service, request, response));
  router.delete('/traces/:id', async (request, response) => {
    const id = checked(traceId, request.params.id);
    await service.traces.remove(id);
    service.audit('trace-deleted', response, { id });
    response.status(204).end();
  });
  router.get('/live', async (_request, response) => void response.json(await service.live.look()));
  router.get('/profiles', (_request, response) => void response.json(profileDocument()));
  return router;
}

function idOf(request: Request): string {
  return checked(jobId, request.params.id);
}

function needJson(request: Request, _response: Response, next: () => void): void {
  if (!request.is('application/json')) throw new HttpProblem(415, 'the body must be application/json');
  next();
}

/** Answers at once what takes a moment; makes a job of what takes long, or when the client prefers so. */
async function ask(service: Service, kind: Kind, request: Request, response: Response): Promise<void> {
  const question = checked(QUESTIONS[kind].question, request.body);
  const wantsJob = /(?:^|,)\s*respond-async\b/.test(request.get('prefer') ?? '');
  const answered = await service.ask(kind, question, wantsJob);
  if (answered.kind === 'answer') {
    response.json(answered.answer);
    return;
  }
  const { job } = answered;
  service.audit('job-created', response, { id: job.id, kind });
  response.status(202).location(`/v1/jobs/${job.id}`).json(job);
}

async function upload(service: Service, request: Request, response: Response): Promise<void> {
  const query = checked(uploadQuery, request.query);
  if (!request.is(UPLOAD_TYPES)) throw new HttpProblem(415, `the body must be ${UPLOAD_TYPES.join(' or ')}`);
  if (Number(request.get('content-length') ?? 0) > service.uploadBytes)
    throw new HttpProblem(413, `the upload is larger than ${service.uploadBytes} bytes`);
  const entry = await service.traces.add(request, query.name ?? 'Upload', query.skipBadRows === 'true');
  service.audit('trace-uploaded', response, { id: entry.id, bytes: entry.bytes });
  response.status(201).location(`/v1/traces/${entry.id}`).json(entry);
}

/** Progress as server-sent events, until the job has ended or the client is gone. */
function watcher(service: Service): (request: Request, response: Response) => void {
  let watchers = 0;
  return (request, response) => {
    const id = idOf(request);
    const job = service.jobs.get(id);
    if (watchers >= MOST_WATCHERS) throw new HttpProblem(429, 'too many watch', [], { 'Retry-After': '10' });
    watchers++;
    response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }).flushHeaders();
    const send = ({ state, ...rest }: JobSummary): void => {
      response.write(`event: job\ndata: ${JSON.stringify({ state, ...rest })}\n\n`);
      if (state !== 'queued' && state !== 'running') response.end();
    };
    const unwatch = service.jobs.watch(id, send);
    const heartbeat = setInterval(() => response.write(': \n\n'), HEARTBEAT_MS);
    response.once('close', () => {
      watchers--;
      clearInterval(heartbeat);
      unwatch();
    });
    send(summaryOf(job));
  };
}

let profiles: object | null = null;

function profileDocument(): object {
  profiles ??= {
    profiles: profileNames().map((name) => {
      const { kvTokensCapacity, maxModelTokens, launchTime } = loadProfile(name);
      return { name, isDefault: name === DEFAULT_PROFILE, kvTokensCapacity, maxModelTokens, launchSeconds: launchTime };
    }),
    forecasters: FORECASTER_NAMES,
  };
  return profiles;
}

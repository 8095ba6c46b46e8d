import type { components, operations } from './schema.js';

/** The questions of the service. */
export type Kind = 'forecast' | 'simulate' | 'goodput' | 'plan' | 'capacity' | 'contest';

/** What is asked under a kind; fields with defaults may be left out. */
export type Question<K extends Kind> = operations[K]['requestBody']['content']['application/json'];

/** What is answered under it. */
export type Answer<K extends Kind> = operations[K]['responses'][200]['content']['application/json'];

export type Job = components['schemas']['Job'];
export type JobSummary = components['schemas']['JobSummary'];
export type TraceEntry = components['schemas']['TraceEntry'];
export type ProfileEntry = components['schemas']['ProfileEntry'];
export type LiveAnswer = components['schemas']['LiveAnswer'];
export type Problem = components['schemas']['Problem'];

/** An error that the service answered with. */
export class ForesailProblem extends Error {
  override readonly name = 'ForesailProblem';
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
    /** Seconds after which to try again, where the service says so. */
    readonly retryAfterSeconds: number | null,
    /** Whether it is a job's that was cancelled. */
    readonly isCancelled = false,
  ) {
    super(problem?.detail ?? (isCancelled ? 'the job was cancelled' : `the service answered ${status}`));
  }
}

/** How the service is reached. */
export interface ClientOptions {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly token?: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/** What `submit` gives: the answer at once, or the job that was made. */
export type Submitted<K extends Kind> =
  { readonly answer: Answer<K>; readonly job: null } | { readonly answer: null; readonly job: JobSummary };

/** The service's operations. Each rejects with a ForesailProblem when the service refuses. */
export interface Client {
  submit<K extends Kind>(kind: K, question: Question<K>): Promise<Submitted<K>>;
  /** The answer, after its job where the service makes one; `onProgress` is told of the job on its way. */
  ask<K extends Kind>(
    kind: K,
    question: Question<K>,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (job: JobSummary) => void },
  ): Promise<Answer<K>>;
  jobs(): Promise<JobSummary[]>;
  job(id: string): Promise<Job>;
  /** Tells of each change of a job until it has ended, or its stream breaks off; resolves with what was told last. */
  watch(
    id: string,
    onProgress: (job: JobSummary) => void,
    options?: { readonly signal?: AbortSignal },
  ): Promise<JobSummary | null>;
  cancel(id: string): Promise<JobSummary>;
  traces(): Promise<TraceEntry[]>;
  /** @param body CSV, plain or gzip */
  uploadTrace(body: Blob | Uint8Array<ArrayBuffer> | string, name?: string): Promise<TraceEntry>;
  deleteTrace(id: string): Promise<void>;
  profiles(): Promise<ProfileEntry[]>;
  /** The running service now; null where none is watched. */
  live(): Promise<LiveAnswer | null>;
}

/** After a stream of progress that broke off. */
const AGAIN_MS = 500;

/** Opens a client; nothing is sent before the first question. */
export function openClient({ url, token, fetch: send = fetch }: ClientOptions): Client {
  const base = url.replace(/\/+$/, '');
  const call = async (method: string, path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    const response = await send(base + path, { ...init, method, headers });
    if (!response.ok) throw await problemOf(response);
    return response;
  };
  const json = async <T>(method: string, path: string, init?: RequestInit): Promise<T> =>
    (await (await call(method, path, init)).json()) as T;
  const byId = (path: string, id: string): string => `${path}/${encodeURIComponent(id)}`;
  const client: Client = {
    async submit<K extends Kind>(kind: K, question: Question<K>): Promise<Submitted<K>> {
      const headers = { 'content-type': 'application/json' };
      const response = await call('POST', `/v1/${kind}`, { headers, body: JSON.stringify(question) });
      const body: unknown = await response.json();
      return response.status === 202
        ? { answer: null, job: body as JobSummary }
        : { answer: body as Answer<K>, job: null };
    },
    async ask(kind, question, { signal, onProgress } = {}) {
      const submitted = await client.submit(kind, question);
      if (submitted.job === null) return submitted.answer;
      const { id } = submitted.job;
      const tell = (job: JobSummary): void => onProgress?.(job);
      tell(submitted.job);
      while (!hasEnded(await client.watch(id, tell, signal ? { signal } : {})))
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      const { state, answer, problem } = await client.job(id);
      if (state === 'done') return answer as typeof submitted.answer & object;
      throw new ForesailProblem(problem?.status ?? 409, problem, null, state === 'cancelled');
    },
    jobs: async () => (await json<{ jobs: JobSummary[] }>('GET', '/v1/jobs')).jobs,
    job: (id) => json('GET', byId('/v1/jobs', id)),
    async watch(id, onProgress, options = {}) {
      const response = await call('GET', `${byId('/v1/jobs', id)}/events`, options);
      let last: JobSummary | null = null;
      for await (const data of eventData(response)) onProgress((last = JSON.parse(data) as JobSummary));
      return last;
    },
    cancel: (id) => json('DELETE', byId('/v1/jobs', id)),
    traces: async () => (await json<{ traces: TraceEntry[] }>('GET', '/v1/traces')).traces,
    uploadTrace(body, name) {
      const query = name === undefined ? '' : `?${new URLSearchParams({ name }).toString()}`;
      return json('POST', `/v1/traces${query}`, { headers: { 'content-type': 'application/octet-stream' }, body });
    },
    async deleteTrace(id) {
      await call('DELETE', byId('/v1/traces', id));
    },
    async live() {
      try {
        return await json<LiveAnswer>('GET', '/v1/live');
      } catch (error) {
        if (error instanceof ForesailProblem && error.status === 404) return null;
        throw error;
      }
    },
    profiles: async () => (await json<{ profiles: ProfileEntry[] }>('GET', '/v1/profiles')).profiles,
  };
  return client;
}

async function problemOf(response: Response): Promise<ForesailProblem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  const retryAfter = response.headers.get('retry-after');
  return new ForesailProblem(
    response.status,
    isProblem ? ((await response.json()) as Problem) : null,
    retryAfter === null ? null : Number(retryAfter),
  );
}

function hasEnded(job: JobSummary | null): boolean {
  return job !== null && job.state !== 'queued' && job.state !== 'running';
}

/** The data of server-sent events, as they come; a heartbeat has none. */
async function* eventData({ body }: Response): AsyncGenerator<string> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (waiting + value).split('\n\n');
    waiting = events.pop() ?? '';
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) yield data.slice('data: '.length);
    }
  }
}

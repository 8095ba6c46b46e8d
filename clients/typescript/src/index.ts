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
export type Problem = components['schemas']['Problem'];

/** An error that the service answered with. */
export class ForesailProblem extends Error {
  override readonly name = 'ForesailProblem';
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
    /** Seconds after which to try again, where the service says so. */
    readonly retryAfterSeconds: number | null,
  ) {
    super(problem?.detail ?? `the service answered ${status}`);
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
  cancel(id: string): Promise<JobSummary>;
  traces(): Promise<TraceEntry[]>;
  /** @param body CSV, plain or gzip */
  uploadTrace(body: Blob | Uint8Array<ArrayBuffer> | string, name?: string): Promise<TraceEntry>;
  deleteTrace(id: string): Promise<void>;
  profiles(): Promise<ProfileEntry[]>;
}

const POLL_MS = 500;

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
      for (;;) {
        const job = await json<Job>('GET', byId('/v1/jobs', id), signal ? { signal } : {});
        onProgress?.(job);
        if (job.state === 'done') return job.answer as typeof submitted.answer & object;
        if (job.state !== 'queued' && job.state !== 'running')
          throw new ForesailProblem(job.problem?.status ?? 409, job.problem, null);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    jobs: async () => (await json<{ jobs: JobSummary[] }>('GET', '/v1/jobs')).jobs,
    job: (id) => json('GET', byId('/v1/jobs', id)),
    cancel: (id) => json('DELETE', byId('/v1/jobs', id)),
    traces: async () => (await json<{ traces: TraceEntry[] }>('GET', '/v1/traces')).traces,
    uploadTrace(body, name) {
      const query = name === undefined ? '' : `?${new URLSearchParams({ name }).toString()}`;
      return json('POST', `/v1/traces${query}`, { headers: { 'content-type': 'application/octet-stream' }, body });
    },
    async deleteTrace(id) {
      await call('DELETE', byId('/v1/traces', id));
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

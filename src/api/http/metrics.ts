import type { RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import type { JobSummary } from '../schemas/index.js';

/** What the service tells Prometheus. */
export interface ServiceMetrics {
  readonly registry: Registry;
  /** Counts and times every answered request. */
  readonly watch: RequestHandler;
  readonly onState: (job: JobSummary) => void;
}

/**
 * Opens the metrics.
 *
 * @param queue read at each scrape
 */
export async function openMetrics(queue: () => { waiting: number; running: number }): Promise<ServiceMetrics> {
  const { Registry, Counter, Gauge, Histogram } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  const seconds = new Histogram({
    name: 'foresail_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const jobs = new Counter({
    name: 'foresail_jobs_total',
    help: 'Changes of jobs into a state',
    labelNames: ['kind', 'state'] as const,
    registers,
  });
  new Gauge({
    name: 'foresail_jobs',
    help: 'Jobs that wait or run',
    labelNames: ['state'] as const,
    registers,
    collect() {
      const { waiting, running } = queue();
      this.set({ state: 'queued' }, waiting);
      this.set({ state: 'running' }, running);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  return {
    registry,
    onState: ({ kind, state }) => jobs.inc({ kind, state }),
    watch(request, response, next) {
      const stop = seconds.startTimer();
      response.once('close', () => {
        const { path } = (request.route ?? {}) as { path?: unknown };
        stop({ method: request.method, route: typeof path === 'string' ? path : 'none', status: response.statusCode });
      });
      next();
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { quantileOfSorted } from '../src/base/index.js';
import { startService } from '../src/api/index.js';
import type { BenchResult } from './run.js';

const SECONDS = 20;
const PLANS_PER_SECOND = 10;
const PROBES_PER_SECOND = 20;
const SLO = { ttftSeconds: 1, tpotSeconds: 0.03 };
const PLAN = { traffic: { meanRate: 20 }, slo: SLO, maxGpus: 4 };

/**
 * POST /v1/plan from a kept table at 10 requests a second, sent at fixed times whatever the answers take (p99 below 1 s); then
 * GET /healthz while a long job runs on the one job thread (p99 below 50 ms). The plans ask for different things: no answer is kept.
 */
export default async function bench(): Promise<BenchResult> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'foresail-bench-'));
  const service = await startService({ dataFolder, jobThreads: 1, requestsPerMinute: 1_000_000 });
  try {
    await warm(service.url);
    let asked = 0;
    const plan = await openLoop(PLANS_PER_SECOND, () => {
      const question = { ...PLAN, beamWidth: 8 + (asked % 16), launchSeconds: 30 + (asked++ % 97) };
      return post(`${service.url}/v1/plan`, question, 200);
    });
    const long = { gpus: 32, upTo: true, slo: SLO, requests: 50_000 };
    const job = await post(`${service.url}/v1/goodput`, long, 202);
    const health = await openLoop(PROBES_PER_SECOND, async () => {
      const response = await fetch(`${service.url}/healthz`);
      await response.text();
      if (response.status !== 200) throw new Error(`health: ${response.status}`);
    });
    const { state } = (await (await fetch(`${service.url}/v1/jobs/${job.id ?? ''}`)).json()) as { state: string };
    if (state !== 'running') throw new Error(`the long job is ${state}: the health figures mean nothing`);
    const ok = plan.p99 < 1 && health.p99 < 0.05;
    const figures = { planSeconds: plan, healthSeconds: health, plansPerSecond: PLANS_PER_SECOND };
    return { bench: 'api', figures, ratio: Math.max(plan.p99 / 1, health.p99 / 0.05), goal: 1, ok };
  } finally {
    service.close();
    await service.ended;
    await rm(dataFolder, { recursive: true });
  }
}

async function warm(url: string): Promise<void> {
  const { id } = await post(`${url}/v1/plan`, PLAN, 202);
  for (;;) {
    const job = (await (await fetch(`${url}/v1/jobs/${id ?? ''}`)).json()) as { state: string };
    if (job.state === 'done') break;
    if (job.state === 'failed') throw new Error('the warming plan failed');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  for (let i = 0; i < 10; i++) await Promise.all([0, 1].map(() => post(`${url}/v1/plan`, PLAN, 200)));
}

async function post(url: string, body: object, status: number): Promise<{ id?: string }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = (await response.json()) as { id?: string };
  if (response.status !== status) throw new Error(`${url}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Sends at fixed times; a latency counts from when a request should have been sent. */
async function openLoop(
  perSecond: number,
  send: () => Promise<unknown>,
): Promise<Record<'p50' | 'p99' | 'most', number>> {
  const latencies: Promise<number>[] = [];
  const start = performance.now();
  for (let i = 0; i < perSecond * SECONDS; i++) {
    const due = start + (1000 * i) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    latencies.push(send().then(() => (performance.now() - due) / 1000));
  }
  const sorted = Float64Array.from(await Promise.all(latencies)).sort();
  return { p50: quantileOfSorted(sorted, 0.5), p99: quantileOfSorted(sorted, 0.99), most: sorted.at(-1)! };
}

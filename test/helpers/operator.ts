import type { ControlSettings } from '../../src/control/index.js';
import { QUANTILE_LEVELS, type Forecast } from '../../src/forecast/index.js';
import type { LearnedForecast } from '../../src/operator/index.js';
import type { Service, ServiceReading } from '../../src/operator/service.js';
import type { FakeKube } from './fake-kube.js';
import type { ManualClock } from './manual-clock.js';
import { plantedTable, serveLimits } from './planning.js';

type Json = Record<string, unknown>;

/** Wall time of a manual clock's second 0. */
export const EPOCH = 1_700_000_000;

/** The path of a GoodputScaler in namespace ai. */
export const scalerPath = (name: string): string => `/apis/foresail.dev/v1alpha1/namespaces/ai/goodputscalers/${name}`;
/** The path of a Deployment in namespace ai. */
export const deploymentPath = (name: string): string => `/apis/apps/v1/namespaces/ai/deployments/${name}`;
/** The path of a pod in namespace ai. */
export const podPath = (name: string): string => `/api/v1/namespaces/ai/pods/${name}`;

/** A GoodputScaler with one pool `serve`, as the API server holds it; `spec` replaces fields. */
export function scalerObject(name: string, spec: Json = {}, metadata: Json = {}): Json {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  return {
    apiVersion: 'foresail.dev/v1alpha1',
    kind: 'GoodputScaler',
    metadata: { name, namespace: 'ai', uid: `uid-${name}`, generation: 1, creationTimestamp: timeAt(0), ...metadata },
    spec: {
      model: 'llama',
      mode: 'Auto',
      pools: [{ role: 'serve', scaleTargetRef, minReplicas: 1, maxReplicas: 8 }],
      slo: { ttft: '2s', tpot: '50ms' },
      load: { prometheus: { url: 'http://prometheus:9090' } },
      ...spec,
    },
  };
}

/** A Deployment of so many replicas. */
export function deployment(name: string, replicas: number): Json {
  return {
    kind: 'Deployment',
    metadata: { name, namespace: 'ai', generation: 1 },
    spec: { replicas, selector: { matchLabels: { app: name } } },
    status: { replicas, updatedReplicas: replicas, observedGeneration: 1 },
  };
}

/** A time as Kubernetes writes it, so many seconds after EPOCH. */
export function timeAt(seconds: number): string {
  return new Date((EPOCH + seconds) * 1000).toISOString();
}

/** A pod of a Deployment: created at a moment, and ready at another, or not yet (null). */
export function pod(name: string, app: string, createdAt: number, readyAt: number | null, status: Json = {}): Json {
  const ready =
    readyAt === null
      ? { type: 'Ready', status: 'False' }
      : { type: 'Ready', status: 'True', lastTransitionTime: timeAt(readyAt) };
  return {
    kind: 'Pod',
    metadata: { name, namespace: 'ai', uid: `uid-${name}`, labels: { app }, creationTimestamp: timeAt(createdAt) },
    status: { phase: readyAt === null ? 'Pending' : 'Running', conditions: [ready], ...status },
  };
}

/** Puts a Deployment with ready pods there. */
export function putFleet(kube: FakeKube, name: string, replicas: number): void {
  kube.put(deploymentPath(name), deployment(name, replicas));
  for (let i = 0; i < replicas; i++) kube.put(podPath(`${name}-${i}`), pod(`${name}-${i}`, name, -600, -540));
}

/** Control of one pool of 1 to 8 replicas, 5 requests per second each. */
export function serveSettings(change: Partial<ControlSettings> = {}): ControlSettings {
  const limits = serveLimits(1, 8);
  return {
    ...{ limits, table: plantedTable(limits), ttft: 2, tpot: 0.05, launchSeconds: 60, drainSeconds: 30 },
    ...{ servedShare: 1, quantile: 0.9, beamWidth: 8, stabilizationSeconds: 0 },
    ...change,
  };
}

/** A forecast that is sure of its request rates, one per minute from `originAt` on. */
export function sureForecast(rates: readonly number[], originAt: number): LearnedForecast {
  const mean = Float64Array.from(rates, (rate) => rate * 60);
  const quantiles = new Float64Array(QUANTILE_LEVELS.length * mean.length);
  QUANTILE_LEVELS.forEach((_, level) => quantiles.set(mean, level * mean.length));
  const requests: Forecast = {
    ...{ startEpochSeconds: originAt, binSeconds: 60, mean, quantiles, residuals: new Float64Array() },
  };
  return {
    ...{ originAt, binSeconds: 60, requests, model: 'ensemble', trainedAt: originAt - 3600, accuracy: null },
    ...{ meanTokens: null, isCold: false, reason: 'ensemble, trained an hour ago' },
  };
}

/** What a quiet service reads as, at so steady a rate. */
export function quietReading(rate: number, now: number, change: Partial<ServiceReading> = {}): ServiceReading {
  return {
    readings: {
      ...{ at: now, ttft: 0.3, tpot: 0.02, newestSampleAt: now - 5 },
      roles: { serve: { waiting: 0, running: 2, kvUse: 0.2, newestSampleAt: now - 5 } },
    },
    newestSampleAt: now - 5,
    closedBins: [],
    forecast: sureForecast(Array<number>(20).fill(rate), now - (now % 60)),
    settings: serveSettings(),
    reactiveBecause: null,
    troubles: [],
    ...change,
  };
}

/** A service that reads as it is told to. */
export function fakeService(read: (now: number) => ServiceReading): Service {
  return { read: (_spec, _pools, now) => Promise.resolve(read(now)), close: () => Promise.resolve() };
}

/** Lets everything that waits for nothing but other promises go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves a clock on second by second, and lets everything that is due run to its end at each. */
export async function pass(clock: ManualClock, seconds: number, step = 1): Promise<void> {
  await settle();
  for (let i = 0; i < seconds / step; i++) {
    clock.moveTo(clock.now() + step);
    await settle();
  }
}

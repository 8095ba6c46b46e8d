import { InputError } from '../base/index.js';
import { checkProfile, loadProfile, type LatencyProfile } from '../serving/index.js';
import {
  podSource,
  prometheusSource,
  type Credentials,
  type MetricsSource,
  type PodAddress,
  type PodOptions,
} from '../vllm/index.js';
import { openLearner, openSettingsKeeper, type Measure, type Trainers } from './forecasting/index.js';
import type { KubeApi } from './kube/kube-api.js';
import { objectPath } from './kube/paths.js';
import { lazySource } from './lazy-source.js';
import { openLiveService, type LiveServiceParts } from './live-service.js';
import { selectorOf } from './pool-selector.js';
import type { PoolSeen } from './pools.js';
import type { GoodputScaler } from './resource.js';
import type { Service } from './service.js';
import type { Volume } from './volume.js';

/** What all services of a controller share. */
export interface ServiceOptions {
  readonly volume: Volume;
  readonly trainers: Trainers;
  readonly measure: Measure;
  /** Seconds, on any clock that goes on. */
  readonly now: () => number;
  /** Beginnings of Prometheus addresses that may be asked; left out: any. */
  readonly allow?: readonly string[] | undefined;
}

/** Opens the service of a GoodputScaler: its metrics, its forecaster on the volume, its profile. */
export function openService(options: ServiceOptions, scaler: GoodputScaler, api: KubeApi): Service {
  const { metadata, spec } = scaler;
  const { models, horizon, history, retrainEvery, quantile } = spec.forecast;
  const learner = openLearner({
    folder: options.volume.modelFolder(scaler),
    source: `${spec.model} of ${metadata.namespace}/${metadata.name}`,
    ...{ models, quantile },
    ...{ binSeconds: spec.load.bin, timeZone: spec.load.timeZone, horizonSeconds: horizon },
    ...{ historySeconds: history, retrainEverySeconds: retrainEvery, trainers: options.trainers },
  });
  const shipped = spec.profile?.name === undefined ? null : loadProfile(spec.profile.name);
  return openLiveService({
    ...sourceFor(options, scaler, api),
    learner,
    keeper: openSettingsKeeper(options.measure, options.now),
    profile: async () => shipped ?? (await readProfile(scaler, api)),
  });
}

/** What a service is read from: pods are told of before each reading, Prometheus knows its own. */
function sourceFor(options: ServiceOptions, scaler: GoodputScaler, api: KubeApi): SourceParts {
  if (scaler.spec.load.pods === undefined)
    return { source: lazySource(() => openSource(options, scaler, api), options.now) };
  const { volume } = options;
  let seen: readonly PoolSeen[] = [];
  const source = openPodSource({ store: volume.store, collection: volume.samplesOf(scaler) }, scaler, () => seen);
  return { source, notePools: (now) => (seen = now) };
}

type SourceParts = Pick<LiveServiceParts, 'source' | 'notePools'>;

/**
 * Opens the reading of a GoodputScaler's metrics from its pods.
 *
 * @param kept where what was seen is kept
 * @param pools as they were last read
 * @throws InputError where it names a Prometheus
 */
export function openPodSource(
  kept: Pick<PodOptions, 'store' | 'collection'>,
  { spec }: GoodputScaler,
  pools: () => readonly PoolSeen[],
): MetricsSource {
  const { model, load, forecast } = spec;
  const { pods } = load;
  if (pods === undefined) throw new InputError('spec.load: names no pods');
  return podSource({
    ...{ model, roles: spec.pools.map(({ role }) => role) },
    pods: () => Promise.resolve(podAddresses(pools(), pods)),
    ...kept,
    ...{ binSeconds: load.bin, timeZone: load.timeZone, historySeconds: forecast.history },
  });
}

/** Where the pods that may answer have their metrics. */
export function podAddresses(
  pools: readonly PoolSeen[],
  { port, path }: { readonly port: number; readonly path: string },
): PodAddress[] {
  return pools.flatMap(({ role, pods }) =>
    pods.flatMap(({ name, ip, isReady, isDraining }) => {
      if (ip === null || !(isReady || isDraining)) return [];
      return [{ role, name, url: `http://${ip.includes(':') ? `[${ip}]` : ip}:${port}${path}` }];
    }),
  );
}

/**
 * Opens the Prometheus that a GoodputScaler's metrics are read through.
 *
 * @throws InputError where it names none, or one that is not allowed; KubeError when its Secret cannot be read
 */
export async function openSource(
  { allow }: Pick<ServiceOptions, 'allow'>,
  scaler: GoodputScaler,
  api: KubeApi,
): Promise<MetricsSource> {
  const { metadata, spec } = scaler;
  const { model, load, pools } = spec;
  if (load.prometheus === undefined) throw new InputError('spec.load: names no prometheus');
  const { url, authSecretRef, queries } = load.prometheus;
  const secret = authSecretRef && (await readSecret(scaler, authSecretRef.name, api));
  return prometheusSource({
    ...{ url, model, queries, allow, timeZone: load.timeZone },
    pools: pools.map((pool) => selectorOf(pool, metadata.namespace)),
    ...(secret && { auth: credentialsOf(secret), ca: secret['ca.crt'] }),
  });
}

async function readSecret({ metadata }: GoodputScaler, name: string, api: KubeApi): Promise<Record<string, string>> {
  const path = objectPath('v1', 'secrets', metadata.namespace, name);
  const { data = {} } = (await api.send({ method: 'GET', path })) as { data?: Record<string, string> };
  const text = ([key, value]: [string, string]): [string, string] => [
    key,
    Buffer.from(value, 'base64').toString('utf8'),
  ];
  return Object.fromEntries(Object.entries(data).map(text));
}

function credentialsOf({ token, username, password }: Record<string, string>): Credentials | undefined {
  if (token !== undefined) return { kind: 'bearer', token: token.trim() };
  return username === undefined ? undefined : { kind: 'basic', user: username, password: password ?? '' };
}

/**
 * The profile of a ConfigMap, read anew each time: it may have changed. Null where none is named.
 *
 * @throws InputError where there is none, or no profile in it; KubeError when the ConfigMap cannot be read
 */
export async function readProfile({ metadata, spec }: GoodputScaler, api: KubeApi): Promise<LatencyProfile | null> {
  if (spec.profile?.configMapRef === undefined) return null;
  const { name, key } = spec.profile.configMapRef;
  const path = objectPath('v1', 'configmaps', metadata.namespace, name);
  const { data = {} } = (await api.send({ method: 'GET', path })) as { data?: Record<string, string> };
  const where = `ConfigMap ${name}, key ${key}`;
  if (data[key] === undefined) throw new InputError(`${where}: is not there`);
  return checkProfile(parsed(data[key], where), where);
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${where}: not a JSON document`, { cause });
  }
}

import { InputError } from '../base/index.js';
import type { Clock } from '../vllm/index.js';
import { guarded } from './guarded.js';
import type { KubeApi, KubeObject } from './kube/kube-api.js';
import { objectPath } from './kube/paths.js';
import { keyOf, openReflector, type Reflector } from './kube/reflector.js';
import { resourceFinder } from './kube/resources.js';
import { newMemory, type Memory } from './memory.js';
import { failedRecord } from './record.js';
import type { ReconcileRecord } from './reconcile-record.js';
import { reconcile, refuse, type Reconciled } from './reconcile.js';
import { GROUP, PLURAL, readGoodputScaler, VERSION, type GoodputScaler } from './resource.js';
import { olderRival } from './rivals.js';
import type { Service } from './service.js';
import { openWorkQueue } from './work-queue.js';

/** Where a controller's log goes: pino, or what a test hands in. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What a controller is given. */
export interface ControllerOptions {
  /** Tries again what passes by itself. */
  readonly api: KubeApi;
  /** Namespaces whose GoodputScalers are served; empty: all. */
  readonly namespaces: readonly string[];
  readonly clock: Clock;
  /** Wall time, Unix seconds. */
  readonly epochSeconds: () => number;
  readonly random: () => number;
  /** Whether this process may write now; see `openElection`. */
  readonly mayWrite: () => boolean;
  /** Opens what reads and learns the service of a GoodputScaler; called anew when what it is read through changes. */
  readonly openService: (scaler: GoodputScaler, api: KubeApi) => Service;
  readonly log: Log;
  readonly isDryRun?: boolean;
  /** Told of every round that ended, well or not. */
  readonly onRecord?: (record: ReconcileRecord) => void;
  /** Told when a GoodputScaler is gone. */
  readonly onForget?: (key: string) => void;
}

/** A controller at work. */
export interface Controller {
  /** Whether the GoodputScalers are known. */
  isSynced(): boolean;
  /** Reconciles every GoodputScaler anew, from what is there: called when this process becomes the leader. */
  begin(): void;
  /** Ends the rounds that run, and starts no more. Replicas stay as they are. */
  stop(): Promise<void>;
}

/** One GoodputScaler at work. */
interface Attended {
  readonly uid: string;
  memory: Memory;
  service: Service;
  /** What its service was opened for. */
  readonly openedFor: string;
}

/** Watches GoodputScalers and does a round for each at its interval, one at a time for each. */
export function openController(options: ControllerOptions): Controller {
  const { clock, epochSeconds, random, mayWrite, log, onRecord, onForget, isDryRun = false } = options;
  const api = guarded(options.api, mayWrite);
  const resourceOf = resourceFinder(api);
  const attended = new Map<string, Attended>();
  const reflectors: Reflector[] = [];
  let term = 0;
  const all = (): KubeObject[] => reflectors.flatMap(({ objects }) => [...objects.values()]);
  const find = (key: string): KubeObject | undefined => all().find((object) => keyOf(object) === key);
  const onTrouble = (error: Error): void => log.warn({ error: error.message }, 'the API server did not do as asked');

  const forget = async (key: string): Promise<void> => {
    const one = attended.get(key);
    attended.delete(key);
    onForget?.(key);
    await one?.service.close();
  };
  const attend = async (key: string, scaler: GoodputScaler): Promise<Attended> => {
    const openedFor = sourceKey(scaler);
    const known = attended.get(key);
    if (known?.openedFor === openedFor) return known;
    await known?.service.close();
    attended.delete(key);
    const { uid } = scaler.metadata;
    const memory = known?.uid === uid ? known.memory : newMemory();
    const one = { uid, memory, service: options.openService(scaler, api), openedFor };
    attended.set(key, one);
    return one;
  };
  const work = async (key: string): Promise<number | null> => {
    const object = find(key);
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) {
      await forget(key);
      return null;
    }
    if (!mayWrite() && !isDryRun) return null;
    const scaler = await readOrRefuse(object);
    if (scaler === null) return null;
    const done = await round(key, object, scaler);
    tell(key, done);
    onRecord?.(done.record);
    if (done.acted.error !== null) throw done.acted.error;
    return scaler.spec.plan.interval;
  };
  const round = async (key: string, object: KubeObject, scaler: GoodputScaler): Promise<Reconciled> => {
    const startedAt = epochSeconds();
    const startedIn = term;
    try {
      const one = await attend(key, scaler);
      const ports = { api, resourceOf, service: one.service, isDryRun, epochSeconds, onTrouble };
      const done = await reconcile(ports, object, scaler, olderRival(object, all()), one.memory);
      if (term === startedIn) one.memory = done.acted.memory; // what another leader did since is not in it
      return done;
    } catch (error) {
      onRecord?.(failedRecord(scaler, error as Error, startedAt, epochSeconds()));
      throw error;
    }
  };
  const readOrRefuse = async (object: KubeObject): Promise<GoodputScaler | null> => {
    try {
      return readGoodputScaler(object);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      log.warn({ error: error.message }, 'a GoodputScaler cannot be used');
      if (!isDryRun) await refuse(api, object, error, epochSeconds());
      return null;
    }
  };
  const tell = (scaler: string, { round, acted, happenings }: Reconciled): void => {
    const { decision } = round.result;
    log.info({ scaler, decision, desired: round.desired, written: acted.written }, 'round');
    for (const { type, reason, message } of happenings) if (type === 'Warning') log.warn({ scaler, reason }, message);
  };
  const queue = openWorkQueue({
    ...{ clock, random, work },
    onError: (scaler, error) => log.warn({ scaler, error: (error as Error).message }, 'a round failed'),
  });
  for (const namespace of options.namespaces.length === 0 ? [null] : options.namespaces)
    reflectors.push(
      openReflector({
        ...{ api, clock, random, onTrouble },
        path: objectPath(`${GROUP}/${VERSION}`, PLURAL, namespace),
        onChange: (object, previous) => {
          if (previous === undefined || isNews(object, previous)) queue.add(keyOf(object));
        },
        onDelete: (object) => queue.add(keyOf(object)),
      }),
    );
  return {
    isSynced: () => reflectors.every((one) => one.isSynced()),
    begin() {
      term++;
      for (const one of attended.values()) one.memory = newMemory();
      for (const object of all()) queue.add(keyOf(object));
    },
    async stop() {
      await Promise.all(reflectors.map((one) => one.stop()));
      await queue.stop();
      await Promise.all([...attended.keys()].map(forget));
    },
  };
}

/** Our own writes of the status change nothing that a round looks at. */
function isNews(object: KubeObject, previous: KubeObject): boolean {
  const { generation, uid, deletionTimestamp } = object.metadata;
  const before = previous.metadata;
  return generation !== before.generation || uid !== before.uid || deletionTimestamp !== before.deletionTimestamp;
}

/** What a service is read and learned through: another one needs another reader. */
function sourceKey({ metadata, spec }: GoodputScaler): string {
  const pools = spec.pools.map(({ role, scaleTargetRef, podSelector, metricLabels }) => ({
    ...{ role, scaleTargetRef, podSelector, metricLabels },
  }));
  return JSON.stringify([metadata.uid, spec.model, pools, spec.load, spec.forecast, spec.profile]);
}

import { InputError } from '../base/index.js';
import type { Clock } from '../vllm/index.js';
import { openAttendance, type Attendance } from './attendance.js';
import { guarded } from './guarded.js';
import type { KubeApi, KubeObject } from './kube/kube-api.js';
import { objectPath } from './kube/paths.js';
import { keyOf, openReflector, type Reflector } from './kube/reflector.js';
import { resourceFinder, type ResourceFinder } from './kube/resources.js';
import { failedRecord, refusedRecord } from './record.js';
import type { ReconcileRecord } from './reconcile-record.js';
import { reconcile, refusedStatus, type Reconciled } from './reconcile.js';
import { GROUP, PLURAL, readGoodputScaler, VERSION, type GoodputScaler } from './resource.js';
import { olderRival } from './rivals.js';
import type { Service } from './service.js';
import { openWorkQueue } from './work-queue.js';
import { writeStatus } from './write-status.js';

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
  /** Told when a GoodputScaler is gone, and when what was told of it is of an earlier term as the leader. */
  readonly onForget?: (key: string) => void;
  /** Told when a GoodputScaler is deleted, and what ran for it has ended. */
  readonly onDelete?: (key: string) => void;
  /** Told the keys of all GoodputScalers, whenever all were listed. */
  readonly onListed?: (keys: ReadonlySet<string>) => void;
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

/** What the parts of a controller share. */
interface Desk {
  readonly options: ControllerOptions;
  readonly api: KubeApi;
  readonly resourceOf: ResourceFinder;
  readonly attendance: Attendance;
  readonly reflectors: Reflector[];
  /** Counts up whenever this process begins to lead. */
  term: number;
}

/** Watches GoodputScalers and does a round for each at its interval, one at a time for each. */
export function openController(options: ControllerOptions): Controller {
  const { clock, random, log } = options;
  const api = guarded(options.api, options.mayWrite);
  const attendance = openAttendance(options.openService, api);
  const desk: Desk = { options, api, resourceOf: resourceFinder(api), attendance, reflectors: [], term: 0 };
  const queue = openWorkQueue({
    ...{ clock, random, work: (key) => workOn(desk, key) },
    onError: (scaler, error) => log.warn({ scaler, error: (error as Error).message }, 'a round failed'),
  });
  for (const namespace of options.namespaces.length === 0 ? [null] : options.namespaces)
    desk.reflectors.push(follow(desk, namespace, (object) => queue.add(keyOf(object))));
  return {
    isSynced: () => desk.reflectors.every((one) => one.isSynced()),
    begin() {
      desk.term++;
      attendance.beginAnew();
      for (const object of allOf(desk)) {
        options.onForget?.(keyOf(object));
        queue.add(keyOf(object));
      }
    },
    async stop() {
      await Promise.all(desk.reflectors.map((one) => one.stop()));
      await queue.stop();
      await attendance.close();
    },
  };
}

/** Follows the GoodputScalers of a namespace, or of all (null). */
function follow(desk: Desk, namespace: string | null, onNews: (object: KubeObject) => void): Reflector {
  const { api } = desk;
  const { clock, random, log, onListed } = desk.options;
  return openReflector({
    ...{ api, clock, random, onDelete: onNews },
    onListed: () => {
      if (desk.reflectors.every((one) => one.isSynced())) onListed?.(new Set(allOf(desk).map(keyOf)));
    },
    path: objectPath(`${GROUP}/${VERSION}`, PLURAL, namespace),
    onChange: (object, previous) => {
      if (previous === undefined || isNews(object, previous)) onNews(object);
    },
    onTrouble: (error) => log.warn({ error: error.message }, 'the GoodputScalers could not be followed'),
  });
}

/** Our own writes of the status change nothing that a round looks at. */
function isNews(object: KubeObject, previous: KubeObject): boolean {
  const { generation, uid, deletionTimestamp } = object.metadata;
  const before = previous.metadata;
  return generation !== before.generation || uid !== before.uid || deletionTimestamp !== before.deletionTimestamp;
}

function allOf({ reflectors }: Desk): KubeObject[] {
  return reflectors.flatMap(({ objects }) => [...objects.values()]);
}

/** One round for the GoodputScaler of a key; seconds until the next, null where there is none. */
async function workOn(desk: Desk, key: string): Promise<number | null> {
  const { attendance, options } = desk;
  const object = allOf(desk).find((one) => keyOf(one) === key);
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) {
    options.onForget?.(key);
    await attendance.forget(key);
    options.onDelete?.(key);
    return null;
  }
  if (!options.mayWrite() && !options.isDryRun) return null; // `begin` adds it when this process leads
  const scaler = await readOrRefuse(desk, object);
  if (scaler === null) return null;
  const done = await roundFor(desk, key, object, scaler);
  tell(options.log, key, done);
  options.onRecord?.(done.record);
  if (done.error !== null) throw done.error;
  return scaler.spec.plan.interval;
}

async function roundFor(desk: Desk, key: string, object: KubeObject, scaler: GoodputScaler): Promise<Reconciled> {
  const { api, resourceOf, attendance, term } = desk;
  const { epochSeconds, isDryRun = false, log, onRecord } = desk.options;
  const onTrouble = (error: Error): void => log.warn({ error: error.message }, 'an event could not be sent');
  const startedAt = epochSeconds();
  try {
    const one = await attendance.attend(key, scaler);
    const ports = { api, resourceOf, service: one.service, isDryRun, epochSeconds, onTrouble };
    const done = await reconcile(ports, object, scaler, olderRival(object, allOf(desk)), one.memory);
    if (desk.term === term) one.memory = done.acted.memory; // what another leader did since is not in it
    return done;
  } catch (error) {
    onRecord?.(failedRecord(scaler, error as Error, startedAt, epochSeconds()));
    throw error;
  }
}

async function readOrRefuse({ api, options }: Desk, object: KubeObject): Promise<GoodputScaler | null> {
  try {
    return readGoodputScaler(object);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    options.log.warn({ error: error.message }, 'a GoodputScaler cannot be used');
    const now = options.epochSeconds();
    const status = refusedStatus(object, error, now);
    options.onRecord?.(refusedRecord(object, error, status.conditions ?? [], now));
    if (!options.isDryRun) await writeStatus(api, object, status);
    return null;
  }
}

function tell(log: Log, scaler: string, { round, acted, happenings }: Reconciled): void {
  log.info({ scaler, decision: round.result.decision, desired: round.desired, written: acted.written }, 'round');
  for (const { type, reason, message } of happenings) if (type === 'Warning') log.warn({ scaler, reason }, message);
}

import { UpstreamError } from '../../base/index.js';
import { gapShapeOf } from '../../load/index.js';
import type { Role } from '../../spec/index.js';
import { addedLengths, openBinShelf, type Arrivals, type BinShelf, type ShelfOptions } from './bin-shelf.js';
import { fetchText, type FetchOptions } from './fetch-text.js';
import { growthOf, type PodGrowth } from './pod-growth.js';
import { podTotals, type PodTotals, type SumAndCount } from './pod-totals.js';
import {
  checkPools,
  entryPool,
  exitPool,
  leastFreshSampleAt,
  type LiveReadings,
  type MetricsSource,
  type RoleReadings,
} from './source.js';

/** A pod and where its metrics are. */
export interface PodAddress {
  readonly role: Role;
  readonly name: string;
  /** Whole address, such as `http://10.0.0.7:8000/metrics`. */
  readonly url: string;
}

/** What is read from the pods of a service, and where it is kept. */
export interface PodOptions extends FetchOptions, ShelfOptions {
  /** The label `model_name` of the service's metrics. */
  readonly model: string;
  /** One `serve`, or `prefill` and `decode`. */
  readonly roles: readonly Role[];
  /** The pods that there are now. */
  readonly pods: () => Promise<readonly PodAddress[]>;
  /** Span of the means of TTFT and TPOT; default 60. */
  readonly windowSeconds?: number | undefined;
}

/** A pod that was read. */
interface ReadPod extends PodAddress {
  readonly totals: PodTotals;
}

/** One round of reading: what came since the last. */
interface Round {
  readonly at: number;
  readonly growth: readonly (PodGrowth & { readonly role: Role })[];
}

/** Readings further apart do not tell when between them something came. */
const MOST_GAP_SECONDS = 150;

/**
 * Reads a service from its pods: each `now` reads them all, and what came since the last is kept in the store, from which `history` and `mix`
 * are. What is not asked for is not seen: `now` must be asked several times a bin. `history` knows bins of `binSeconds` only.
 */
export function podSource(options: PodOptions): MetricsSource {
  const { roles, binSeconds, windowSeconds = 60 } = options;
  checkPools(roles.map((role) => ({ role })));
  const shelf = openBinShelf(options);
  const known = new Map<string, { at: number; totals: PodTotals }>();
  let rounds: Round[] = [];
  const history: MetricsSource['history'] = (from, to, bin) => {
    if (bin !== binSeconds)
      return Promise.reject(new RangeError(`Cannot read a history: bins are of ${binSeconds} s, not ${bin}`));
    return Promise.resolve(shelf.load(from, to));
  };
  return {
    history,
    async now(at) {
      const pods = await options.pods();
      const read = await readPods(pods, options);
      const growth = read.flatMap(({ role, name, totals }) => {
        const before = known.get(name);
        const isNear = before !== undefined && at > before.at && at - before.at <= MOST_GAP_SECONDS;
        return isNear ? [{ role, ...growthOf(before.totals, totals) }] : [];
      });
      for (const name of known.keys()) if (!pods.some((pod) => pod.name === name)) known.delete(name);
      for (const { name, totals } of read) known.set(name, { at, totals });
      const last = rounds.at(-1)?.at;
      const isKnown = last !== undefined && at > last && at - last <= MOST_GAP_SECONDS && read.length > 0;
      const trouble = isKnown ? keep(shelf, last, at, arrivalsOf(growth, roles)) : null;
      rounds = [...rounds.filter((round) => round.at > at - windowSeconds), { at, growth }];
      return { ...readingsOf(read, rounds, roles, at), ...(trouble !== null && { notKept: trouble }) };
    },
    mix: async (from, to) => shelf.mix(from, to, gapShapeOf(await history(from, to, binSeconds))),
    close: () => undefined,
  };
}

/** Why it could not be kept, such as that the disk is full: its bins are then missing, and the present is known all the same. Null: it was. */
function keep(shelf: BinShelf, ...span: Parameters<BinShelf['add']>): string | null {
  try {
    shelf.add(...span);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** @throws UpstreamError when there are pods, and none of them answers */
async function readPods(pods: readonly PodAddress[], options: PodOptions): Promise<ReadPod[]> {
  const answers = await Promise.allSettled(
    pods.map(async (pod): Promise<ReadPod> => {
      const { status, text } = await fetchText(new URL(pod.url), null, options);
      if (status !== 200) throw new UpstreamError(`${pod.url}: status ${status}`);
      return { ...pod, totals: podTotals(text, options.model) };
    }),
  );
  const read = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const [failed] = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as Error] : []));
  if (failed && read.length === 0)
    throw new UpstreamError(`none of ${pods.length} pods answers: ${failed.message}`, { cause: failed });
  return read;
}

/** What came to the service: requests and prompts at one pool, responses at one, so that nothing counts twice. */
function arrivalsOf(growth: Round['growth'], roles: readonly Role[]): Arrivals {
  const pools = roles.map((role) => ({ role }));
  const atEntry = growth.filter(({ role }) => role === entryPool(pools).role);
  const atExit = growth.filter(({ role }) => role === exitPool(pools).role);
  return {
    requests: sumOf(atEntry.map(({ requests }) => requests)),
    promptTokens: sumOf(atEntry.map(({ promptTokens }) => promptTokens)),
    outputTokens: sumOf(atExit.map(({ outputTokens }) => outputTokens)),
    promptLengths: atEntry.map(({ promptLengths }) => promptLengths).reduce(addedLengths, null),
    outputLengths: atExit.map(({ outputLengths }) => outputLengths).reduce(addedLengths, null),
  };
}

function readingsOf(
  read: readonly ReadPod[],
  rounds: readonly Round[],
  roles: readonly Role[],
  at: number,
): LiveReadings {
  const growth = rounds.flatMap((round) => round.growth);
  const meanAt = (name: 'ttft' | 'tpot', role: Role): number | null =>
    meanOf(growth.filter((one) => one.role === role).map((one) => one[name]));
  const ttfts = roles.map((role) => meanAt('ttft', role));
  const byRole = <T>(value: (pods: readonly ReadPod[]) => T): Partial<Record<Role, T>> =>
    Object.fromEntries(roles.map((role) => [role, value(read.filter((pod) => pod.role === role))]));
  const byPool = byRole((pods) => roleReadings(pods, at));
  return {
    at,
    roles: byPool,
    ttft: ttfts.includes(null) ? null : ttfts.reduce<number>((sum, ttft) => sum + ttft!, 0),
    tpot: meanAt('tpot', exitPool(roles.map((role) => ({ role }))).role),
    newestSampleAt: leastFreshSampleAt(Object.values(byPool)),
    emptiestPods: byRole((pods) =>
      Object.fromEntries(pods.flatMap(({ name, totals }) => (totals.running === null ? [] : [[name, totals.running]]))),
    ),
  };
}

function roleReadings(pods: readonly ReadPod[], at: number): RoleReadings {
  const kvUse = sumOf(pods.map(({ totals }) => totals.kvUse));
  return {
    waiting: sumOf(pods.map(({ totals }) => totals.waiting)),
    running: sumOf(pods.map(({ totals }) => totals.running)),
    kvUse: kvUse === null ? null : kvUse / pods.length,
    newestSampleAt: pods.length > 0 ? at : null,
  };
}

/** Null where nothing is known, or one of them is not. */
function sumOf(values: readonly (number | null)[]): number | null {
  if (values.length === 0 || values.includes(null)) return null;
  return values.reduce<number>((sum, value) => sum + value!, 0);
}

function meanOf(parts: readonly (SumAndCount | null)[]): number | null {
  const known = parts.flatMap((part) => part ?? []);
  const count = known.reduce((sum, part) => sum + part.count, 0);
  return count > 0 ? known.reduce((sum, part) => sum + part.sum, 0) / count : null;
}

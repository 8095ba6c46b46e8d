import type { Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { searchAll, type SearchOptions } from './goodput-of-all.js';
import type { StaticDeployment } from './simulate.js';

/** What is changed of an SLO: one of its bounds, or the share of requests that must meet them all. */
export type SloPart = 'ttft' | 'tpot' | 'e2e' | 'attainment';

/** The goodput under an SLO of which one part was changed. */
export interface SensitivityPoint {
  readonly bound: SloPart;
  /** What that part was changed to: seconds, or a share. */
  readonly value: number;
  /** Requests per second, and their interval; see `Goodput`. */
  readonly goodput: number;
  readonly low: number;
  readonly high: number;
}

/** Tightened and loosened bounds as parts of those given. */
const BOUND_FACTORS = [0.5, 0.8, 1.25, 2];
const ATTAINMENTS = [0.9, 0.95, 0.99];

/**
 * How the goodput of a deployment changes with its SLO: each bound tightened and loosened, and other attainment targets, one at a time.
 * All see the same requests (common random numbers), so that what differs comes from the SLO.
 *
 * @param unitTrace requests at about unit rate
 * @returns by part of the SLO, values ascending; the SLO itself is not among them
 */
export async function goodputSensitivity(
  unitTrace: Trace,
  deployment: StaticDeployment,
  slo: Slo,
  { searchers, threads, onDone, ...options }: SearchOptions = {},
): Promise<SensitivityPoint[]> {
  const changes = changesOf(slo);
  const tasks = changes.map(({ bound, value }) => ({
    ...{ unitTrace, deployment, options },
    slo: { ...slo, [bound]: value },
  }));
  const found = await searchAll(tasks, { searchers, threads, onDone });
  return changes.map((change, i) => {
    const { goodput, low, high } = found[i]!;
    return { ...change, goodput, low, high };
  });
}

function changesOf(slo: Slo): Pick<SensitivityPoint, 'bound' | 'value'>[] {
  const times = (bound: number, factor: number): number => Number((bound * factor).toPrecision(12)); // 2.4, not 2.4000000000000004
  const bounds = (['ttft', 'tpot', 'e2e'] as const).flatMap((bound) =>
    slo[bound] === undefined ? [] : BOUND_FACTORS.map((factor) => ({ bound, value: times(slo[bound]!, factor) })),
  );
  const targets = ATTAINMENTS.filter((value) => value !== slo.attainment);
  return [...bounds, ...targets.map((value) => ({ bound: 'attainment' as const, value }))];
}

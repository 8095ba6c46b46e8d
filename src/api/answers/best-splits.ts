import { configurationKey, type AttainmentRow } from '../../plan/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import { attainmentOver, type CapacityLoad } from './capacity-load.js';

/** Finds the best split of so many GPUs, measuring no more than it needs. */
export interface SplitSearch {
  /** The best split of `gpus` for the load times `times`; null when that many GPUs have no split of the wanted kind. */
  best(gpus: number, times?: number): Promise<AttainmentRow | null>;
  /** Rows measured so far. */
  readonly seen: ReadonlyMap<number, AttainmentRow>;
}

/** Which deployments are looked at. */
export type SplitKind = 'any' | 'prefill-decode' | 'serve';

const FIRST_PREFILL_SHARE = 0.35;

/**
 * A search over splits: colocated instances, and prefill:decode splits climbed from the share that was best before, since
 * attainment over the share of prefill instances has one hill.
 *
 * @param measure gives the row of a configuration
 */
export function splitSearch(
  load: CapacityLoad,
  target: number,
  kind: SplitKind,
  measure: (counts: InstanceCounts) => Promise<AttainmentRow>,
): SplitSearch {
  const seen = new Map<number, AttainmentRow>();
  let prefillShare = FIRST_PREFILL_SHARE;
  const rowOf = async (counts: InstanceCounts): Promise<AttainmentRow> => {
    const key = configurationKey(counts);
    const row = seen.get(key) ?? (await measure(counts));
    seen.set(key, row);
    return row;
  };
  const better = (one: AttainmentRow, other: AttainmentRow, times: number): boolean =>
    compareRows(load, target, times, one, other) > 0;
  const climb = async (gpus: number, times: number): Promise<AttainmentRow> => {
    const split = (prefill: number): Promise<AttainmentRow> => rowOf({ prefill, decode: gpus - prefill });
    let at = Math.max(1, Math.min(gpus - 1, Math.round(gpus * prefillShare)));
    let top = await split(at);
    for (const step of [1, -1]) {
      while (at + step >= 1 && at + step <= gpus - 1) {
        const next = await split(at + step);
        if (!better(next, top, times)) break;
        top = next;
        at += step;
      }
    }
    prefillShare = at / gpus;
    return top;
  };
  return {
    seen,
    async best(gpus, times = 1) {
      const rows: AttainmentRow[] = [];
      if (kind !== 'serve' && gpus >= 2) rows.push(await climb(gpus, times));
      if (kind !== 'prefill-decode') rows.push(await rowOf({ serve: gpus }));
      return rows.length === 0 ? null : rows.reduce((top, row) => (better(row, top, times) ? row : top));
    },
  };
}

/** Above 0 when the first is better: by attainment over the load as far as the target, then by goodput. */
export function compareRows(
  load: CapacityLoad,
  target: number,
  times: number,
  one: AttainmentRow,
  other: AttainmentRow,
): number {
  const shareOf = (row: AttainmentRow): number => Math.min(target, attainmentOver(load, row, times));
  return shareOf(one) - shareOf(other) || one.goodput - other.goodput;
}

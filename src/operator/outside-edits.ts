import type { InstanceCounts, Role } from '../spec/index.js';

/** What is remembered of replicas that others changed. */
export interface EditWatch {
  /** The replicas of each role as we left or last saw them; a role that was never seen is left out. */
  readonly expected: InstanceCounts;
  /** Outside changes in a row. */
  readonly inARow: number;
  /** Rounds since the last one. */
  readonly quietRounds: number;
  /** Nothing is written until then, Unix seconds; null: not paused. */
  readonly pausedUntil: number | null;
}

/** An outside change: which role, and what it was and is. */
export interface OutsideEdit {
  readonly role: Role;
  readonly from: number;
  readonly to: number;
}

/** So many outside changes in a row, and we stand back. */
const MOST_IN_A_ROW = 3;
/** After so many rounds without one, the next is a first again. */
const QUIET_ROUNDS = 20;
/** How long we stand back, seconds. */
export const PAUSE_SECONDS = 600;

/** Nothing seen yet. */
export function noEdits(): EditWatch {
  return { expected: {}, inARow: 0, quietRounds: 0, pausedUntil: null };
}

/**
 * The watch after the replicas were read. An outside change is accepted: it is where the next plan starts from. Several in a row mean that
 * another will is at work, so we stand back for a while.
 */
export function noteReplicas(
  watch: EditWatch,
  seen: InstanceCounts,
  now: number,
): { watch: EditWatch; edits: OutsideEdit[] } {
  const edits = (Object.entries(seen) as [Role, number][]).flatMap(([role, to]) => {
    const from = watch.expected[role];
    return from === undefined || from === to ? [] : [{ role, from, to }];
  });
  const isOver = watch.pausedUntil !== null && now >= watch.pausedUntil;
  const before = isOver ? 0 : watch.inARow;
  const quietRounds = edits.length > 0 ? 0 : watch.quietRounds + 1;
  const inARow = edits.length > 0 ? before + 1 : quietRounds >= QUIET_ROUNDS ? 0 : before;
  const pausedUntil = isOver ? null : watch.pausedUntil;
  const pausesNow = pausedUntil === null && inARow >= MOST_IN_A_ROW;
  return {
    watch: {
      expected: { ...watch.expected, ...seen },
      inARow,
      quietRounds,
      pausedUntil: pausesNow ? now + PAUSE_SECONDS : pausedUntil,
    },
    edits,
  };
}

/** The watch after we wrote replicas ourselves. */
export function noteWritten(watch: EditWatch, role: Role, replicas: number): EditWatch {
  return { ...watch, expected: { ...watch.expected, [role]: replicas } };
}

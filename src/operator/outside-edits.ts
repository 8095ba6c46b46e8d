import type { InstanceCounts, Role } from '../spec/index.js';

/** What is remembered of replicas that others changed. */
export interface EditWatch {
  /** Replicas of each role that are no surprise: as they were last seen, or as we wrote them. */
  readonly expected: Readonly<Partial<Record<Role, readonly number[]>>>;
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
const PAUSE_SECONDS = 600;

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
): { watch: EditWatch; edits: readonly OutsideEdit[] } {
  const edits = (Object.entries(seen) as [Role, number][]).flatMap(([role, to]) => {
    const known = watch.expected[role];
    return known === undefined || known.includes(to) ? [] : [{ role, from: known.at(-1)!, to }];
  });
  const isOver = watch.pausedUntil !== null && now >= watch.pausedUntil;
  const pausedUntil = isOver ? null : watch.pausedUntil;
  const quietRounds = edits.length > 0 ? 0 : watch.quietRounds + 1;
  const before = isOver || quietRounds >= QUIET_ROUNDS ? 0 : watch.inARow;
  const inARow = before + (edits.length > 0 ? 1 : 0);
  const pausesNow = pausedUntil === null && inARow >= MOST_IN_A_ROW;
  return {
    watch: { expected: asSeen(seen), inARow, quietRounds, pausedUntil: pausesNow ? now + PAUSE_SECONDS : pausedUntil },
    edits,
  };
}

/** The watch of one who does not write: replicas are another's, and no change of them is a surprise. */
export function onlyWatching(seen: InstanceCounts): EditWatch {
  return { ...noEdits(), expected: asSeen(seen) };
}

/** The watch after we wrote replicas ourselves. */
export function noteWritten(watch: EditWatch, role: Role, replicas: number): EditWatch {
  return { ...watch, expected: { ...watch.expected, [role]: [replicas] } };
}

/** The watch after a write whose end is not known: it may have been done though no good answer came. */
export function noteAttempted(watch: EditWatch, role: Role, replicas: number): EditWatch {
  return { ...watch, expected: { ...watch.expected, [role]: [...(watch.expected[role] ?? []), replicas] } };
}

function asSeen(seen: InstanceCounts): EditWatch['expected'] {
  return Object.fromEntries(Object.entries(seen).map(([role, replicas]) => [role, [replicas]]));
}

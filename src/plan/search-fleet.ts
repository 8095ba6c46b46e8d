/** A fleet as the search moves it: by role, in the order of `rolesOf`, what serves and when each order will (ascending). */
export interface SearchFleet {
  readonly ready: readonly number[];
  readonly readyAt: readonly (readonly number[])[];
}

/**
 * A fleet right after it was asked for new targets, as numbers to be looked at: most of those that a search looks at are dropped, so
 * only the others are built. Of the old fleet's orders those from `from` to `to` are still on order; `added` new ones are due at `addedAt`.
 */
export interface FleetDraft {
  old: SearchFleet;
  readonly ready: number[];
  readonly from: number[];
  readonly to: number[];
  readonly added: number[];
  addedAt: number;
}

const NONE: readonly number[] = [];
/** Two moments closer than this are one. */
const INSTANT = 1e-9;

/** A draft to be filled in by `draftTargets`. */
export function openDraft(roles: number): FleetDraft {
  const zeros = (): number[] => Array<number>(roles).fill(0);
  const old = { ready: zeros(), readyAt: Array<readonly number[]>(roles).fill(NONE) };
  return { old, ready: zeros(), from: zeros(), to: zeros(), added: zeros(), addedAt: Infinity };
}

/**
 * The fleet after it was asked for `targets` at `at`, orders due by then having become ready. More: instances on order, ready after
 * the launch time. Fewer: the youngest orders are cancelled first, then ready instances drain and serve no more.
 */
export function draftTargets(
  draft: FleetDraft,
  old: SearchFleet,
  targets: readonly number[],
  at: number,
  launchSeconds: number,
): void {
  draft.old = old;
  draft.addedAt = at + launchSeconds;
  for (let role = 0; role < targets.length; role++) {
    const orders = old.readyAt[role]!;
    let due = 0;
    while (due < orders.length && orders[due]! <= at + INSTANT) due++;
    const ready = old.ready[role]! + due;
    const change = targets[role]! - ready - (orders.length - due);
    const cancelled = Math.min(orders.length - due, Math.max(0, -change));
    draft.ready[role] = ready + Math.min(0, change + cancelled);
    draft.from[role] = due;
    draft.to[role] = orders.length - cancelled;
    draft.added[role] = Math.max(0, change);
  }
}

/** Instances of one role that serve at a moment: the ready ones, and the orders that are due by then. */
export function servingAt(draft: FleetDraft, role: number, at: number): number {
  const orders = draft.old.readyAt[role]!;
  let place = draft.from[role]!;
  while (place < draft.to[role]! && orders[place]! <= at + INSTANT) place++;
  const isDue = draft.addedAt <= at + INSTANT;
  return draft.ready[role]! + place - draft.from[role]! + (isDue ? draft.added[role]! : 0);
}

/** The first moment after `at` and before `to` at which an order becomes ready; `to` when there is none. */
export function nextReady(draft: FleetDraft, at: number, to: number): number {
  let next = to;
  for (let role = 0; role < draft.ready.length; role++) {
    if (draft.added[role]! > 0 && draft.addedAt > at && draft.addedAt < next) next = draft.addedAt;
    const orders = draft.old.readyAt[role]!;
    for (let place = draft.from[role]!; place < draft.to[role]!; place++)
      if (orders[place]! > at && orders[place]! < next) next = orders[place]!;
  }
  return next;
}

/** The draft as a fleet of its own. */
export function buildFleet(draft: FleetDraft): SearchFleet {
  return { ready: draft.ready.slice(), readyAt: draft.old.readyAt.map((_, role) => ordersOf(draft, role)) };
}

function ordersOf({ old, from, to, added, addedAt }: FleetDraft, role: number): readonly number[] {
  const orders = old.readyAt[role]!;
  if (added[role] === 0 && from[role] === 0 && to[role] === orders.length) return orders;
  if (added[role] === 0 && from[role] === to[role]) return NONE;
  return [...orders.slice(from[role], to[role]), ...Array<number>(added[role]!).fill(addedAt)];
}

/** Whether two fleets behave alike from here on. */
export function isSameFleet(a: SearchFleet, b: SearchFleet): boolean {
  for (let role = 0; role < a.ready.length; role++) {
    const [orders, others] = [a.readyAt[role]!, b.readyAt[role]!];
    if (a.ready[role] !== b.ready[role] || orders.length !== others.length) return false;
    if (orders !== others) for (let i = 0; i < orders.length; i++) if (orders[i] !== others[i]) return false;
  }
  return true;
}

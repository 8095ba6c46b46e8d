import type { Role } from '../spec/index.js';

/** A fleet with its order book. Times are seconds from the plan's start. */
export type FleetState = Readonly<Partial<Record<Role, RoleState>>>;

/** One role: what serves, and when each instance on order will. */
export interface RoleState {
  readonly ready: number;
  /** Ascending. */
  readonly readyAt: readonly number[];
}

import type { AttainmentIndex } from './attainment-table.js';
import type { Demand } from './demand.js';
import type { FleetState } from './fleet-state.js';
import type { FleetLimits } from './limits.js';

/** Everything that a plan is judged by. */
export interface PlanProblem {
  readonly start: FleetState;
  readonly limits: FleetLimits;
  readonly demand: Demand;
  readonly table: AttainmentIndex;
  /** Share of requests that must meet the SLO. */
  readonly target: number;
  readonly launchSeconds: number;
  /** How long a drained instance is still held. */
  readonly drainSeconds: number;
  /** GPU seconds that one miss beyond the allowed share is worth. */
  readonly missPrice: number;
}

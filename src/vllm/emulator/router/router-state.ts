import type { Agent } from 'node:http';
import type { Counter } from 'prom-client';
import type { Role } from '../../../spec/index.js';
import type { Clock } from '../../clock.js';
import { openMetricKit, type MetricKit } from '../metric-kit.js';
import type { Endpoint } from './endpoints.js';

/** A router and what it knows. */
export interface RouterState {
  readonly endpoints: Endpoint[];
  readonly agent: Agent;
  readonly clock: Clock;
  readonly kit: MetricKit;
  readonly counters: Readonly<Record<'answered' | 'failed' | 'retried' | 'aborted', Counter.Internal>>;
  /** Moves on with each choice, so that ties go around. */
  turn: number;
  requests: number;
  /** Requests in progress. */
  open: number;
  isDraining: boolean;
  onIdle: () => void;
}

const ROLES: readonly Role[] = ['serve', 'prefill', 'decode'];

/** A router without endpoints. */
export async function openRouterState(agent: Agent, clock: Clock): Promise<RouterState> {
  const kit = await openMetricKit({});
  const endpoints: Endpoint[] = [];
  const counters = {
    answered: kit.counter('foresail_router_answered_total', 'Requests that an endpoint answered.'),
    failed: kit.counter(
      'foresail_router_failed_total',
      'Requests that no endpoint answered, or whose answer broke off.',
    ),
    retried: kit.counter('foresail_router_retries_total', 'Tries on another endpoint.'),
    aborted: kit.counter('foresail_router_aborted_total', 'Requests whose client went away.'),
  };
  for (const role of ROLES) {
    const ofRole = (): Endpoint[] => endpoints.filter((endpoint) => endpoint.role === role);
    kit.gauge(`foresail_router_${role}_endpoints`, `Endpoints with the role ${role}.`, () => ofRole().length);
    kit.gauge(`foresail_router_${role}_outstanding`, `Requests at endpoints with the role ${role}.`, () =>
      ofRole().reduce((sum, { outstanding }) => sum + outstanding, 0),
    );
  }
  const rest = { turn: 0, requests: 0, open: 0, isDraining: false, onIdle: () => undefined };
  return { endpoints, agent, clock, kit, counters, ...rest };
}

/** Whether requests can be served now: by a `serve` endpoint, or by one for each half. */
export function waysToServe({ endpoints }: RouterState): 'hand-over' | 'serve' | null {
  const has = (role: Role): boolean => endpoints.some((endpoint) => endpoint.role === role);
  return has('prefill') && has('decode') ? 'hand-over' : has('serve') ? 'serve' : null;
}

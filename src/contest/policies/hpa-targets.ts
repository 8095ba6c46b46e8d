import { advanceCluster, atRate, observeCluster, openStatic, type StaticDeployment } from '../../serving/index.js';
import type { Role } from '../../spec/index.js';
import type { Trace } from '../../trace/index.js';

/** How much of goodput the HPA-like rule is told to aim at: what is left is its room for the launch time. */
const AIM = 0.8;
const LOOKS = 100;

/**
 * The requests in an instance (running and waiting) when a deployment serves 80 % of its goodput: what a careful operator
 * would find by a load test and set as the rule's target.
 *
 * @param unitTrace requests of the mix at unit rate
 * @param goodput the deployment's, requests per second
 * @returns mean requests per instance by role, at least 1
 */
export function hpaTargets(
  unitTrace: Trace,
  deployment: StaticDeployment,
  goodput: number,
): Partial<Record<Role, number>> {
  const trace = atRate(unitTrace, AIM * goodput);
  const cluster = openStatic(trace, deployment);
  const end = trace.arrival.at(-1) ?? 0;
  const sums: Partial<Record<Role, number>> = {};
  for (let look = LOOKS / 5; look < LOOKS; look++) {
    advanceCluster(cluster, (end * look) / LOOKS);
    for (const [role, { running, waiting }] of Object.entries(observeCluster(cluster)))
      sums[role as Role] = (sums[role as Role] ?? 0) + running + waiting;
  }
  const looks = LOOKS - LOOKS / 5;
  return Object.fromEntries(
    Object.entries(sums).map(([role, sum]) => [role, Math.max(1, sum / looks / deployment.counts[role as Role]!)]),
  );
}

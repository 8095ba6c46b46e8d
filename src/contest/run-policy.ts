import type { Decision } from '../control/index.js';
import { clusterResults, finishCluster, observeCluster, type SimulationResults } from '../serving/index.js';
import type { InstanceCounts, Role } from '../spec/index.js';
import type { Policy } from './policy.js';
import type { SimulatedFleet } from './simulated-fleet.js';

/** A policy's run over a trace. */
export interface PolicyRun {
  readonly policy: string;
  /** Of every request of the trace; those after the end have run to their end too. */
  readonly results: SimulationResults;
  /** GPU seconds between start and end: starting and draining instances count. */
  readonly gpuSeconds: number;
  readonly startAt: number;
  readonly endAt: number;
  /** Instances provisioned, by role, at each decision. */
  readonly timeline: readonly { readonly at: number; readonly provisioned: InstanceCounts }[];
  /** Decisions that changed something. */
  readonly decisions: readonly { readonly at: number; readonly decision: Decision & { readonly kind: 'scale' } }[];
}

/** How long a run goes on, and how often the policy is asked. */
export interface RunSpan {
  readonly startAt: number;
  readonly endAt: number;
  readonly intervalSeconds: number;
  /** Told at each decision how far the run has come, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

/** The longest time that requests may take after the end of a run. */
const DRAIN_LIMIT_SECONDS = 600;

/** Observes, decides and applies at every interval from start to end, then lets what is in flight finish. */
export async function runPolicy(policy: Policy, fleet: SimulatedFleet, span: RunSpan): Promise<PolicyRun> {
  const { startAt, endAt, intervalSeconds } = span;
  const timeline: { at: number; provisioned: InstanceCounts }[] = [];
  const decisions: { at: number; decision: Decision & { kind: 'scale' } }[] = [];
  for (let at = startAt; at < endAt; at += intervalSeconds) {
    const decision = policy.decide(await fleet.observe(at), at);
    await fleet.apply(decision, at);
    if (decision.kind === 'scale') decisions.push({ at, decision });
    timeline.push({ at, provisioned: provisionedBy(fleet) });
    span.onProgress?.((at - startAt) / (endAt - startAt));
  }
  await fleet.observe(endAt);
  const { gpuSeconds } = clusterResults(fleet.cluster);
  const results = finishCluster(fleet.cluster, { limitSeconds: DRAIN_LIMIT_SECONDS });
  return { policy: policy.name, results, gpuSeconds, startAt, endAt, timeline, decisions };
}

function provisionedBy(fleet: SimulatedFleet): InstanceCounts {
  const counts: InstanceCounts = {};
  for (const [role, state] of Object.entries(observeCluster(fleet.cluster)))
    counts[role as Role] = state.ready + state.starting.length + state.draining;
  return counts;
}

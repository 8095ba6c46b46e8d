import type { Random } from '../base/index.js';
import type { ClosedBin, Decision, Fleet, Observation, RoleObservation } from '../control/index.js';
import {
  advanceCluster,
  drainInstances,
  latencySince,
  launchInstance,
  observeCluster,
  openCluster,
  type Cluster,
  type LatencyProfile,
} from '../serving/index.js';
import type { InstanceCounts, Role } from '../spec/index.js';
import { firstAtOrAfter, type Trace } from '../trace/index.js';

/** What a fleet is simulated from. Times are seconds of the trace. */
export interface SimulatedFleetOptions {
  readonly profile: LatencyProfile;
  readonly trace: Trace;
  /** The trace is served from here on, by `initial` ready instances. */
  readonly startAt: number;
  readonly initial: InstanceCounts;
  /** Seconds from asking for an instance to its first servable request, drawn at each launch. */
  readonly launchSeconds: (random: Random) => number;
  readonly random: Random;
  /** Width of the bins that are reported when they have closed. */
  readonly binSeconds: number;
  /** Latencies are means over so many seconds. */
  readonly windowSeconds: number;
}

/** A simulated deployment behind the port of a live one. */
export interface SimulatedFleet extends Fleet {
  readonly cluster: Cluster;
}

/** Opens a fleet whose clock is the trace's: observing at `now` serves every request that has arrived by then. */
export function openSimulatedFleet(options: SimulatedFleetOptions): SimulatedFleet {
  const { profile, trace, startAt, initial, binSeconds, windowSeconds } = options;
  const cluster = openCluster({ profile, trace, startAt });
  for (const [role, count] of Object.entries(initial) as [Role, number][])
    for (let i = 0; i < count; i++) launchInstance(cluster, role, startAt);
  let binsReportedTo = startAt;

  const observe = (now: number): Observation => {
    advanceCluster(cluster, now);
    const { ttft, tpot } = latencySince(cluster, now - windowSeconds);
    const closedBins = binsBetween(trace, binsReportedTo, now, binSeconds);
    binsReportedTo += closedBins.length * binSeconds;
    return { at: now, roles: rolesSeen(cluster), ttft, tpot, closedBins };
  };
  const apply = (decision: Decision, now: number): void => {
    if (decision.kind === 'hold') return;
    const states = observeCluster(cluster);
    for (const role of Object.keys(decision.targets) as Role[]) {
      const state = states[role];
      const change = decision.targets[role]! - (state ? state.ready + state.starting.length : 0);
      for (let i = 0; i < change; i++) launchInstance(cluster, role, now + options.launchSeconds(options.random));
      if (change < 0) drainInstances(cluster, role, -change, now);
    }
  };
  return {
    cluster,
    observe: (now) => Promise.resolve(observe(now)),
    apply: (decision, now) => {
      apply(decision, now);
      return Promise.resolve();
    },
  };
}

function rolesSeen(cluster: Cluster): Partial<Record<Role, RoleObservation>> {
  const seen: Partial<Record<Role, RoleObservation>> = {};
  for (const [role, state] of Object.entries(observeCluster(cluster)) as [
    Role,
    NonNullable<ReturnType<typeof observeCluster>[Role]>,
  ][]) {
    const { ready, startingSince, draining, waiting, running, kvUse } = state;
    seen[role] = { current: ready + startingSince.length, ready, startingSince, draining, waiting, running, kvUse };
  }
  return seen;
}

function binsBetween(trace: Trace, from: number, to: number, binSeconds: number): ClosedBin[] {
  const bins: ClosedBin[] = [];
  let row = firstAtOrAfter(trace.arrival, from);
  for (let endsAt = from + binSeconds; endsAt <= to + 1e-9; endsAt += binSeconds) {
    const bin = { endsAt, requests: 0, promptTokens: 0, outputTokens: 0 };
    for (; row < trace.arrival.length && trace.arrival[row]! < endsAt; row++) {
      bin.requests++;
      bin.promptTokens += trace.promptTokens[row]!;
      bin.outputTokens += trace.outputTokens[row]!;
    }
    bins.push(bin);
  }
  return bins;
}

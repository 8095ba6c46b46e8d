import { openWorkerPool, seededRandom } from '../base/index.js';
import type { ControlSettings } from '../control/index.js';
import { makeForecaster } from '../forecast/index.js';
import { sampleLaunchSeconds, type LatencyProfile } from '../serving/index.js';
import type { InstanceCounts, Role, Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { foresailPolicy } from './policies/foresail.js';
import { hpaPolicy } from './policies/hpa.js';
import { staticPolicy } from './policies/static.js';
import type { Policy } from './policy.js';
import type { ReplayWindow } from './replay-window.js';
import { runPolicy, type PolicyRun } from './run-policy.js';
import { scoreRun, type PolicyScore } from './score.js';
import { openSimulatedFleet } from './simulated-fleet.js';

/** A rival as plain data, so that a worker can make it. */
export type PolicySpec =
  | { readonly kind: 'static'; readonly counts: InstanceCounts }
  | { readonly kind: 'hpa'; readonly targetRequests: Partial<Record<Role, number>> }
  | { readonly kind: 'foresail'; readonly control: ControlSettings; readonly forecaster: SavedForecaster };

/** A forecaster that has seen every bin up to the window, as its own bytes. */
export interface SavedForecaster {
  readonly name: string;
  readonly horizon: number;
  readonly bytes: Uint8Array;
}

/** The same for every rival: the arrivals, the hardware, the rules. */
export interface ReplaySetting {
  readonly trace: Trace;
  readonly window: ReplayWindow;
  readonly profile: LatencyProfile;
  readonly slo: Slo;
  readonly limits: ControlSettings['limits'];
  /** Ready when the window starts. */
  readonly initial: InstanceCounts;
  readonly intervalSeconds: number;
  readonly binSeconds: number;
  /** Seeds the launch times. */
  readonly seed: number;
}

/** One run to do, as a task of the worker pool. */
export interface ReplayTask {
  readonly setting: ReplaySetting;
  readonly policy: PolicySpec;
}

/** What a run gives: its score, and what happened. */
export type ReplayResult = PolicyScore & Pick<PolicyRun, 'timeline' | 'decisions'>;

/** Replays one window under every rival, side by side on worker threads; a single one here. */
export async function replay(
  setting: ReplaySetting,
  policies: readonly PolicySpec[],
  onDone?: (done: number, total: number) => void,
): Promise<ReplayResult[]> {
  const [only] = policies;
  if (policies.length === 1) {
    const result = await replayOne({ setting, policy: only! });
    onDone?.(1, 1);
    return [result];
  }
  const pool = openWorkerPool<ReplayTask, ReplayResult>(import.meta.url, 'replay');
  let done = 0;
  try {
    const run = async (policy: PolicySpec): Promise<ReplayResult> => {
      const result = await pool.run({ setting, policy });
      onDone?.(++done, policies.length);
      return result;
    };
    return await Promise.all(policies.map(run));
  } finally {
    await pool.close();
  }
}

/** Runs one rival over the window, and scores it. */
export async function replayOne({ setting, policy }: ReplayTask): Promise<ReplayResult> {
  const { trace, window, profile, binSeconds } = setting;
  const fleet = openSimulatedFleet({
    ...{ profile, trace, startAt: window.startAt, initial: initialOf(policy, setting), binSeconds },
    launchSeconds: (random) => sampleLaunchSeconds(profile, random),
    random: seededRandom(setting.seed, 'launch times'),
    windowSeconds: binSeconds,
  });
  const run = await runPolicy(makePolicy(policy, setting), fleet, {
    ...window,
    intervalSeconds: setting.intervalSeconds,
  });
  return { ...scoreRun(run, trace, setting.slo), timeline: run.timeline, decisions: run.decisions };
}

function initialOf(policy: PolicySpec, setting: ReplaySetting): InstanceCounts {
  return policy.kind === 'static' ? policy.counts : setting.initial;
}

function makePolicy(policy: PolicySpec, { limits, window }: ReplaySetting): Policy {
  if (policy.kind === 'static') return staticPolicy(policy.counts);
  if (policy.kind === 'hpa') return hpaPolicy({ limits, targetRequests: policy.targetRequests });
  const { name, horizon, bytes } = policy.forecaster;
  const forecaster = makeForecaster(name, { horizon, seed: 0 });
  forecaster.restore(bytes);
  return foresailPolicy({ control: policy.control, forecaster, steps: horizon, originAt: window.startAt });
}

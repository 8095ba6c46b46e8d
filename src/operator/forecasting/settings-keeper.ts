import { InputError } from '../../base/index.js';
import type { ControlSettings } from '../../control/index.js';
import type { WorkloadMix } from '../../load/index.js';
import type { AttainmentTable } from '../../plan/index.js';
import type { LatencyProfile } from '../../serving/index.js';
import { emptyTable, settingsWith, type SettingsSpec } from './control-settings.js';
import { hasMoved } from './moved.js';

/** Settings, and whether they are all that they can be. */
export interface KeptSettings {
  readonly settings: ControlSettings;
  /** False while there is no table: only queues are reacted to. */
  readonly canPlan: boolean;
  /** Why not, or what is being measured; empty when there is nothing to say. */
  readonly reason: string;
}

/** Keeps the attainment table of one service, and measures it anew beside the event loop when it no longer holds. */
export interface SettingsKeeper {
  /**
   * Answers at once, with the newest table that was measured; what changes the table (limits, SLO, profile, or a mix that has moved) starts a
   * measurement, and the next calls after it have its table. A table of other limits or another SLO is not used. A measurement that failed is
   * tried again after a while, or when something changes; one of rules that cannot be measured only when they change.
   *
   * @param profile null where the spec names none, or where it could not be read: then the last one that could is used
   */
  settingsOf(
    spec: SettingsSpec,
    profile: LatencyProfile | null,
    mix: WorkloadMix | null,
    launchSeconds: number,
  ): KeptSettings;
  /** Resolves when no measurement runs. */
  idle(): Promise<void>;
  /** Ends a measurement that runs or waits. */
  close(): Promise<void>;
}

/** Measures a table; ends, with an error, when the signal aborts. */
export type Measure = (
  spec: SettingsSpec,
  profile: LatencyProfile,
  mix: WorkloadMix,
  signal: AbortSignal,
) => Promise<AttainmentTable>;

/** A measurement that failed is tried again after so long. */
const RETRY_SECONDS = 300;

/** What a table was measured for. */
interface Measured {
  readonly rules: string;
  readonly mix: WorkloadMix;
  readonly table: AttainmentTable;
}

/** Why there is no table, or no newer one. */
interface Failed {
  readonly rules: string;
  readonly error: Error;
  /** On the keeper's clock; Infinity: not by itself. */
  readonly againAt: number;
}

/** A measurement that runs or waits for its turn. */
interface Running {
  readonly rules: string;
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
}

/** Everything that a keeper knows. */
interface Keeper {
  readonly measure: Measure;
  readonly now: () => number;
  /** The last profile that could be read; null: none is named. */
  profile: LatencyProfile | null;
  kept: Measured | null;
  failed: Failed | null;
  running: Running | null;
  isClosed: boolean;
}

/**
 * Opens a keeper without a table.
 *
 * @param now seconds, on any clock that goes on
 */
export function openSettingsKeeper(measure: Measure, now: () => number): SettingsKeeper {
  const nothing = { profile: null, kept: null, failed: null, running: null };
  const keeper: Keeper = { measure, now, ...nothing, isClosed: false };
  return {
    settingsOf(spec, profile, mix, launchSeconds) {
      const without = (reason: string): KeptSettings => ({
        ...{ settings: settingsWith(spec, emptyTable(spec), mix, launchSeconds), canPlan: false, reason },
      });
      keeper.profile = profile ?? (spec.profile === undefined ? null : keeper.profile);
      if (keeper.profile === null) return without('no latency profile: reacts to queues only');
      if (mix === null) return without('the lengths of requests are not known yet: reacts to queues only');
      const rules = rulesOf(spec, keeper.profile);
      if (isDue(keeper, rules, mix)) start(keeper, spec, keeper.profile, mix, rules);
      const { kept, failed, running } = keeper;
      if (kept?.rules === rules) {
        const reason = running === null ? '' : 'the mix of requests has moved: measuring anew';
        return { settings: settingsWith(spec, kept.table, mix, launchSeconds), canPlan: true, reason };
      }
      if (failed?.rules === rules) return without(failed.error.message);
      return without('what each configuration can do is being measured: reacts to queues only');
    },
    async idle() {
      await keeper.running?.ended;
    },
    async close() {
      keeper.isClosed = true;
      keeper.running?.stopping.abort();
      await keeper.running?.ended;
    },
  };
}

/** Whether a measurement is to start. One of other rules that still runs is of no use any more, and ends. */
function isDue({ kept, failed, running, isClosed, now }: Keeper, rules: string, mix: WorkloadMix): boolean {
  if (running !== null && running.rules !== rules) running.stopping.abort();
  if (running !== null || isClosed) return false;
  if (failed?.rules === rules && now() < failed.againAt) return false;
  return kept?.rules !== rules || hasMoved(kept.mix, mix);
}

function start(keeper: Keeper, spec: SettingsSpec, profile: LatencyProfile, mix: WorkloadMix, rules: string): void {
  const stopping = new AbortController();
  const work = async (): Promise<void> => {
    try {
      keeper.kept = { rules, mix, table: await keeper.measure(spec, profile, mix, stopping.signal) };
      keeper.failed = null;
    } catch (cause) {
      const error = cause as Error;
      const againAt = error instanceof InputError ? Infinity : keeper.now() + RETRY_SECONDS;
      if (!stopping.signal.aborted) keeper.failed = { rules, error, againAt };
    }
  };
  const ended = work().finally(() => (keeper.running = null));
  keeper.running = { rules, stopping, ended };
}

/** Everything but the mix that a table depends on. */
function rulesOf({ pools, ratio, budget, slo, load }: SettingsSpec, profile: LatencyProfile): string {
  return JSON.stringify([pools, ratio, budget, slo, load.bin, profile]);
}

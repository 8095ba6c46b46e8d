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

/**
 * Opens a keeper without a table.
 *
 * @param now seconds, on any clock that goes on
 */
export function openSettingsKeeper(measure: Measure, now: () => number): SettingsKeeper {
  const closing = new AbortController();
  let known: LatencyProfile | null = null;
  let kept: Measured | null = null;
  let failed: Failed | null = null;
  let running: Promise<void> | null = null;
  const start = async (spec: SettingsSpec, profile: LatencyProfile, mix: WorkloadMix, rules: string): Promise<void> => {
    try {
      kept = { rules, mix, table: await measure(spec, profile, mix, closing.signal) };
      failed = null;
    } catch (cause) {
      const error = cause as Error;
      failed = { rules, error, againAt: error instanceof InputError ? Infinity : now() + RETRY_SECONDS };
    }
  };
  const isDue = (rules: string, mix: WorkloadMix): boolean => {
    if (running !== null || closing.signal.aborted) return false;
    if (failed?.rules === rules && now() < failed.againAt) return false;
    return kept?.rules !== rules || hasMoved(kept.mix, mix);
  };
  return {
    settingsOf(spec, profile, mix, launchSeconds) {
      const without = (reason: string): KeptSettings => ({
        ...{ settings: settingsWith(spec, emptyTable(spec), mix, launchSeconds), canPlan: false, reason },
      });
      known = profile ?? (spec.profile === undefined ? null : known);
      if (known === null) return without('no latency profile: reacts to queues only');
      if (mix === null) return without('the lengths of requests are not known yet: reacts to queues only');
      const rules = rulesOf(spec, known);
      if (isDue(rules, mix)) running = start(spec, known, mix, rules).finally(() => (running = null));
      if (kept?.rules !== rules)
        return without(
          failed?.rules === rules
            ? failed.error.message
            : 'what each configuration can do is being measured: reacts to queues only',
        );
      const settings = settingsWith(spec, kept.table, mix, launchSeconds);
      const reason = running === null ? '' : 'the mix of requests has moved: measuring anew';
      return { settings, canPlan: true, reason };
    },
    async idle() {
      await running;
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Everything but the mix that a table depends on. */
function rulesOf({ pools, ratio, budget, slo, load }: SettingsSpec, profile: LatencyProfile): string {
  return JSON.stringify([pools, ratio, budget, slo, load.bin, profile]);
}

import type { ControlSettings } from '../../control/index.js';
import type { WorkloadMix } from '../../load/index.js';
import type { AttainmentTable } from '../../plan/index.js';
import type { LatencyProfile } from '../../serving/index.js';
import { emptyTable, measureTable, settingsWith, type SettingsSpec } from './control-settings.js';
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
   * measurement, and the next calls after it have its table. A table of other limits or another SLO is not used.
   *
   * @throws InputError when the rules allow no configuration
   */
  settingsOf(
    spec: SettingsSpec,
    profile: LatencyProfile | null,
    mix: WorkloadMix | null,
    launchSeconds: number,
  ): KeptSettings;
  /** Resolves when no measurement runs. */
  idle(): Promise<void>;
}

/** Measures a table; the default is plan/'s worker threads. */
export type Measure = (spec: SettingsSpec, profile: LatencyProfile, mix: WorkloadMix) => Promise<AttainmentTable>;

/** What a table was measured for. */
interface Measured {
  readonly rules: string;
  readonly mix: WorkloadMix;
  readonly table: AttainmentTable;
}

/** Opens a keeper without a table. */
export function openSettingsKeeper(measure: Measure = measureTable): SettingsKeeper {
  let kept: Measured | null = null;
  let running: Promise<void> | null = null;
  let trouble: string | null = null;
  let failedRules: string | null = null;
  const start = (spec: SettingsSpec, profile: LatencyProfile, mix: WorkloadMix, rules: string): void => {
    running = measure(spec, profile, mix)
      .then((table) => {
        kept = { rules, mix, table };
        trouble = failedRules = null;
      })
      .catch((error: unknown) => {
        trouble = (error as Error).message;
        failedRules = rules;
      })
      .finally(() => {
        running = null;
      });
  };
  return {
    settingsOf(spec, profile, mix, launchSeconds) {
      const without = (reason: string): KeptSettings => ({
        ...{ settings: settingsWith(spec, emptyTable(spec), mix, launchSeconds), canPlan: false, reason },
      });
      if (profile === null) return without('no latency profile: reacts to queues only');
      if (mix === null) return without('the lengths of requests are not known yet: reacts to queues only');
      const rules = rulesOf(spec, profile);
      const isUsable = kept?.rules === rules;
      if (running === null && failedRules !== rules && !(isUsable && !hasMoved(kept!.mix, mix)))
        start(spec, profile, mix, rules);
      if (!isUsable)
        return without(trouble ?? 'what each configuration can do is being measured: reacts to queues only');
      const settings = settingsWith(spec, kept!.table, mix, launchSeconds);
      return {
        settings,
        canPlan: true,
        reason: running === null ? '' : 'the mix of requests has moved: measuring anew',
      };
    },
    async idle() {
      await running;
    },
  };
}

/** Everything but the mix that a table depends on. */
function rulesOf({ pools, ratio, budget, slo, load }: SettingsSpec, profile: LatencyProfile): string {
  return JSON.stringify([pools, ratio, budget, slo, load.bin, profile]);
}

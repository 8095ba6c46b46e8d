import type { WorkloadMix } from '../load/index.js';
import { meanLaunchSeconds, type LatencyProfile } from '../serving/index.js';
import type { LiveReadings, MetricsSource } from '../vllm/index.js';
import { openBinReader } from './bin-reader.js';
import type { LearnedForecast, LoadLearner, SettingsKeeper } from './forecasting/index.js';
import type { PoolSeen } from './pools.js';
import type { GoodputScalerSpec } from './resource.js';
import type { Service, ServiceTrouble } from './service.js';

/** What a live service is read and learned through. */
export interface LiveServiceParts {
  readonly source: MetricsSource;
  /** Told of the pools before each reading. */
  readonly notePools?: (pools: readonly PoolSeen[]) => void;
  readonly learner: LoadLearner;
  readonly keeper: SettingsKeeper;
  /** The latency profile; null where none is named. */
  readonly profile: () => Promise<LatencyProfile | null>;
}

/** A launch takes so long until pods or a profile tell better. */
const LAUNCH_SECONDS = 90;
/** Metrics whose newest sample is older are as good as missing. */
const STALE_SECONDS = 150;

/** Opens a service. Each reading reads the present, what has closed since, and some of the past until that is known. */
export function openLiveService({ source, notePools, learner, keeper, profile }: LiveServiceParts): Service {
  const bins = openBinReader(source, learner);
  let newestSampleAt: number | null = null;
  return {
    async read(spec, pools, now, launchSeconds) {
      notePools?.(pools);
      const troubles: ServiceTrouble[] = [];
      const attempt = attemptsInto(troubles);
      const known = await attempt('profile', 'ProfileUnusable', profile);
      const seen = await attempt('metrics', 'MetricsUnreadable', () => source.now(now));
      newestSampleAt = seen?.newestSampleAt ?? newestSampleAt;
      if (seen) troubles.push(...troublesOf(seen, now));
      const readMix = (from: number, to: number): Promise<WorkloadMix | null> =>
        attempt<WorkloadMix | null>('forecast', 'MixUnreadable', () => source.mix(from, to));
      const closedBins = await attempt('forecast', 'HistoryUnreadable', () => bins.readClosed(spec, now, readMix));
      if (closedBins !== null) await attempt('forecast', 'HistoryUnreadable', () => bins.readPast(spec));
      const forecast = await attempt<LearnedForecast | null>('forecast', 'ForecastFailed', () =>
        learner.forecast(now, { mayTrain: !bins.isPastComing() }),
      );
      const launch = launchOf(spec, known, launchSeconds);
      const { settings, canPlan, reason } = keeper.settingsOf(spec, known, learner.mix(), launch);
      const why = known === null ? 'NoProfile' : 'NoTable';
      const reactiveBecause: ServiceTrouble | null = canPlan ? null : { part: 'profile', reason: why, message: reason };
      return {
        ...{ readings: seen, newestSampleAt, closedBins: closedBins ?? [] },
        ...{ forecast, settings, reactiveBecause, troubles },
      };
    },
    async close() {
      source.close();
      await Promise.all([learner.close(), keeper.close()]);
    },
  };
}

/** Does a part of a reading; null when it fails. */
type Attempt = <T>(part: ServiceTrouble['part'], reason: string, work: () => Promise<T>) => Promise<T | null>;

/** Attempts whose failures are noted. */
function attemptsInto(troubles: ServiceTrouble[]): Attempt {
  return async (part, reason, work) => {
    try {
      return await work();
    } catch (error) {
      troubles.push({ part, reason, message: (error as Error).message });
      return null;
    }
  };
}

/** From asking for a replica to its first request: as the spec says, as pods showed, or as the profile has it. */
function launchOf({ plan }: GoodputScalerSpec, profile: LatencyProfile | null, observed: number | null): number {
  if (plan.launchTime !== 'observed') return plan.launchTime;
  return observed ?? (profile === null ? LAUNCH_SECONDS : meanLaunchSeconds(profile));
}

/** What is wrong with what was read, though it was: a pool that has been silent for too long, or samples that are lost when they are read. */
function troublesOf({ newestSampleAt, roles, notKept }: LiveReadings, now: number): ServiceTrouble[] {
  const [silent] = Object.entries(roles).find(([, pool]) => pool.newestSampleAt === newestSampleAt) ?? [];
  const of = silent === undefined ? '' : ` of pool ${silent}`;
  const lost: ServiceTrouble[] =
    notKept === undefined
      ? []
      : [{ part: 'forecast', reason: 'SamplesNotKept', message: `what was read cannot be kept: ${notKept}` }];
  if (newestSampleAt === null)
    return [{ part: 'metrics', reason: 'NoSamples', message: `no sample of the model was found${of}` }, ...lost];
  const age = now - newestSampleAt;
  if (age <= STALE_SECONDS) return lost;
  return [{ part: 'metrics', reason: 'Stale', message: `the newest sample${of} is ${Math.round(age)} s old` }, ...lost];
}

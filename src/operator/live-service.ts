import type { ClosedBin } from '../control/index.js';
import type { LoadSeries, WorkloadMix } from '../load/index.js';
import { meanLaunchSeconds, type LatencyProfile } from '../serving/index.js';
import type { LiveReadings, MetricsSource } from '../vllm/index.js';
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
/** A bin is read when it ended so long ago, or half a bin if that is shorter: every pod's last scrape is in by then. */
const SETTLE_SECONDS = 15;
/** Metrics whose newest sample is older are as good as missing. */
const STALE_SECONDS = 150;
/** The mix of requests is read from so much of the history. */
const MIX_SECONDS = 86_400;

/** Opens a service; its history is read with the first reading. */
export function openLiveService({ source, notePools, learner, keeper, profile }: LiveServiceParts): Service {
  const readBins = binReader(source, learner);
  let newestSampleAt: number | null = null;
  return {
    async read(spec, pools, now, launchSeconds) {
      notePools?.(pools);
      const troubles: ServiceTrouble[] = [];
      const attempt = attemptsInto(troubles);
      const known = await attempt('profile', 'ProfileUnusable', profile);
      const seen = await attempt('metrics', 'MetricsUnreadable', () => source.now(now));
      newestSampleAt = seen?.newestSampleAt ?? newestSampleAt;
      const stale = seen && staleness(seen, now);
      if (stale) troubles.push(stale);
      const closedBins = (await attempt('forecast', 'HistoryUnreadable', () => readBins(spec, now, attempt))) ?? [];
      const forecast = await attempt<LearnedForecast | null>('forecast', 'ForecastFailed', () => learner.forecast(now));
      const launch = launchOf(spec, known, launchSeconds);
      const { settings, canPlan, reason } = keeper.settingsOf(spec, known, learner.mix(), launch);
      const why = known === null ? 'NoProfile' : 'NoTable';
      const reactiveBecause: ServiceTrouble | null = canPlan ? null : { part: 'profile', reason: why, message: reason };
      const readings = stale ? null : seen;
      return { readings, newestSampleAt, closedBins, forecast, settings, reactiveBecause, troubles };
    },
    async close() {
      source.close();
      await Promise.all([learner.close(), keeper.close()]);
    },
  };
}

/** Reads the bins that have closed since it last did, all of the history at first, and gives them to the learner. */
function binReader(
  source: MetricsSource,
  learner: LoadLearner,
): (spec: GoodputScalerSpec, now: number, attempt: Attempt) => Promise<ClosedBin[]> {
  let readTo: number | null = null;
  return async ({ load, forecast }, now, attempt) => {
    const floor = (moment: number): number => Math.floor(moment / load.bin) * load.bin;
    const to = floor(now - Math.min(SETTLE_SECONDS, load.bin / 2));
    const from = Math.max(readTo ?? -Infinity, floor(now - forecast.history));
    if (to <= from) return [];
    const bins = await source.history(from, to, load.bin);
    const mixFrom = Math.max(from, to - MIX_SECONDS);
    const mix = await attempt<WorkloadMix | null>('forecast', 'MixUnreadable', () => source.mix(mixFrom, to));
    learner.append(bins, mix);
    const isBackfill = readTo === null;
    readTo = to;
    return closedBinsOf(bins, from, isBackfill ? 1 : Infinity);
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

function staleness({ newestSampleAt }: LiveReadings, now: number): ServiceTrouble | null {
  if (newestSampleAt === null)
    return { part: 'metrics', reason: 'NoSamples', message: 'no sample of the model was found' };
  const age = now - newestSampleAt;
  if (age <= STALE_SECONDS) return null;
  return { part: 'metrics', reason: 'Stale', message: `the newest sample is ${Math.round(age)} s old` };
}

/** The newest bins as control takes them; what is missing is null. */
function closedBinsOf(load: LoadSeries, from: number, most: number): ClosedBin[] {
  const bins: ClosedBin[] = [];
  for (let i = Math.max(0, load.requests.length - most); i < load.requests.length; i++) {
    const isKnown = load.observed[i] === 1;
    const value = (column: Float64Array): number | null => (isKnown && !Number.isNaN(column[i]) ? column[i]! : null);
    bins.push({
      endsAt: (load.startEpochSeconds ?? from) + (i + 1) * load.binSeconds,
      requests: value(load.requests),
      promptTokens: value(load.promptTokens),
      outputTokens: value(load.outputTokens),
    });
  }
  return bins;
}

import type { ClosedBin, ControlSettings } from '../control/index.js';
import type { LiveReadings } from '../vllm/index.js';
import type { LearnedForecast } from './forecasting/index.js';
import type { PoolSeen } from './pools.js';
import type { GoodputScalerSpec } from './resource.js';

/** What one GoodputScaler's service is read and learned through: its metrics, its forecaster, its attainment table. */
export interface Service {
  /**
   * Reads what is new. What cannot be read is said in `troubles`, and never thrown: the fleet is then held, or falls back.
   *
   * @param spec the newest; only what the service was not opened for may have changed
   * @param pools as they were read just now
   * @param now Unix seconds
   * @param launchSeconds what a launch takes, as far as it is known
   */
  read(
    spec: GoodputScalerSpec,
    pools: readonly PoolSeen[],
    now: number,
    launchSeconds: number | null,
  ): Promise<ServiceReading>;
  close(): Promise<void>;
}

/** A service as it was read. */
export interface ServiceReading {
  /** Null when the metrics could not be read. */
  readonly readings: LiveReadings | null;
  /** When the newest sample was taken of the pool that has been silent for longest, as it was last known; Unix seconds, null: never. */
  readonly newestSampleAt: number | null;
  /** Bins that closed since the last reading. */
  readonly closedBins: readonly ClosedBin[];
  /** Null while there is none. */
  readonly forecast: LearnedForecast | null;
  readonly settings: ControlSettings;
  /** Why there is no planning ahead, such as that there is no profile; null where there is. */
  readonly reactiveBecause: ServiceTrouble | null;
  readonly troubles: readonly ServiceTrouble[];
}

/** What went wrong with a part of a service. */
export interface ServiceTrouble {
  readonly part: 'metrics' | 'forecast' | 'profile';
  /** One word, for programs. */
  readonly reason: string;
  readonly message: string;
}

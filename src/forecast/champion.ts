import { InputError, NotReadyError } from '../base/index.js';
import { benchReason, isBenched, type WindowErrors } from './bench.js';
import type { Forecast, Forecaster } from './forecaster.js';
import { decodePlain, encodePlain } from './plain.js';
import { makeForecaster } from './registry.js';
import type { FitOptions } from './point-model.js';

const FORMAT = 'foresail-champion/1';
/** Bins that judge a champion when nothing else is said. */
export const BENCH_WINDOW = 96;

/** Who forecasts at the moment, and why. */
export interface Standing {
  readonly champion: string;
  readonly rival: string;
  readonly isBenched: boolean;
  /** Bins that came since the fit, missing ones too, when the champion last went to the bench or came back; null: never. */
  readonly changedAtBin: number | null;
  readonly reason: string;
}

/** A forecaster that gives way to its rival while that is better. */
export interface ContestedForecaster extends Forecaster {
  standing(): Standing;
}

/** What came of the forecasts since the fit: one-step errors of both, the newest last, at most a window of them. */
interface Track {
  readonly errors: { readonly champion: number[]; readonly rival: number[] };
  isBenched: boolean;
  bins: number;
  changedAtBin: number | null;
}

/**
 * Puts a champion against a rival, bin by bin: both forecast one step before they see it, and when the rival was clearly better over
 * the window, it forecasts until the champion has caught up. Fitting forgets the record. Its state saves and restores to the same bytes.
 *
 * @param window scored bins that judge, at least 1
 * @throws RangeError at another window
 */
export function withRival(champion: Forecaster, rival: Forecaster, window = BENCH_WINDOW): ContestedForecaster {
  if (!Number.isInteger(window) || window < 1)
    throw new RangeError(`Cannot judge a forecaster: window must be a whole number of bins >= 1, got ${window}`);
  let track = emptyTrack();
  const take = (value: number, weight: number | undefined): void => {
    const [own, other] = [firstStep(champion), firstStep(rival)];
    for (const forecaster of [champion, rival]) forecaster.update([value], weight === undefined ? undefined : [weight]);
    track.bins++;
    if (own === null || other === null || Number.isNaN(value)) return;
    note(track, value - own, value - other, window);
  };
  return {
    name: champion.name,
    async fit(target) {
      await champion.fit(target);
      await rival.fit(target);
      track = emptyTrack();
    },
    update(values, weights) {
      for (let i = 0; i < values.length; i++) take(values[i]!, weights?.[i]);
    },
    forecast: (steps) => (track.isBenched ? rival : champion).forecast(steps),
    standing: () => standingOf(champion.name, rival.name, track, window),
    save: () => encodePlain({ format: FORMAT, window, champion: champion.save(), rival: rival.save(), ...track }),
    restore(bytes) {
      const saved = decodePlain(bytes) as unknown as Track & SavedPair;
      if (saved.format !== FORMAT || saved.window !== window)
        throw new InputError(
          `saved forecaster: must be ${FORMAT} with a window of ${window}, got ${saved.format} with ${saved.window}`,
        );
      champion.restore(saved.champion);
      rival.restore(saved.rival);
      const { champion: own, rival: other } = saved.errors;
      const { isBenched: onBench, bins, changedAtBin } = saved;
      track = { errors: { champion: [...own], rival: [...other] }, isBenched: onBench, bins, changedAtBin };
    },
  };
}

/**
 * A forecaster of the registry against the last value: what models in the store are.
 *
 * @throws InputError at a name that is not in FORECASTER_NAMES
 */
export function makeContested(name: string, options: FitOptions): ContestedForecaster {
  return withRival(makeForecaster(name, options), makeForecaster('last', options));
}

interface SavedPair {
  readonly format: string;
  readonly window: number;
  readonly champion: Uint8Array;
  readonly rival: Uint8Array;
}

function emptyTrack(): Track {
  return { errors: { champion: [], rival: [] }, isBenched: false, bins: 0, changedAtBin: null };
}

/** What is expected of the next bin; null while nothing was observed. */
function firstStep(forecaster: Forecaster): number | null {
  let forecast: Forecast;
  try {
    forecast = forecaster.forecast(1);
  } catch (error) {
    if (error instanceof NotReadyError) return null;
    throw error;
  }
  return forecast.mean[0]!;
}

function note(track: Track, own: number, other: number, window: number): void {
  const { champion, rival } = track.errors;
  champion.push(own);
  rival.push(other);
  if (champion.length > window) [champion, rival].forEach((errors) => errors.shift());
  if (champion.length < window) return;
  const benched = isBenched(track.isBenched, ...sumsOf(track));
  if (benched !== track.isBenched) track.changedAtBin = track.bins;
  track.isBenched = benched;
}

/** Summed errors of champion and rival, in units of the largest one, so that huge ones can be squared. */
function sumsOf({ errors }: Track): [WindowErrors, WindowErrors] {
  const all = [...errors.champion, ...errors.rival];
  const unit = all.reduce((most, error) => Math.max(most, Math.abs(error)), 0) || 1;
  const sum = (own: readonly number[]): WindowErrors => ({
    squared: own.reduce((total, error) => total + (error / unit) ** 2, 0),
    absolute: own.reduce((total, error) => total + Math.abs(error) / unit, 0),
  });
  return [sum(errors.champion), sum(errors.rival)];
}

function standingOf(champion: string, rival: string, track: Track, window: number): Standing {
  const { isBenched: onBench, changedAtBin, errors } = track;
  const reason = benchReason({ champion, rival }, onBench, ...sumsOf(track), errors.champion.length, window);
  return { champion, rival, isBenched: onBench, changedAtBin, reason };
}

import { InputError, NotReadyError } from '../base/index.js';
import { benchReason, emptyTrack, noteErrors, type Track } from './bench.js';
import type { Forecast, Forecaster, MemberStanding } from './forecaster.js';
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
  /** Of an ensemble: which of its members are left out at the moment, and why. */
  readonly members: readonly MemberStanding[];
}

/** A forecaster that gives way to its rival while that is better. */
export interface ContestedForecaster extends Forecaster {
  standing(): Standing;
}

/** What came of the forecasts since the fit. */
interface Record {
  readonly track: Track;
  bins: number;
  changedAtBin: number | null;
}

const emptyRecord = (): Record => ({ track: emptyTrack(), bins: 0, changedAtBin: null });

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
  let record = emptyRecord();
  const take = (value: number, weight: number | undefined): void => {
    const [own, other] = [firstStep(champion), firstStep(rival)];
    for (const forecaster of [champion, rival]) forecaster.update([value], weight === undefined ? undefined : [weight]);
    record.bins++;
    if (own === null || other === null || Number.isNaN(value)) return;
    if (noteErrors(record.track, value - own, value - other, window)) record.changedAtBin = record.bins;
  };
  return {
    name: champion.name,
    async fit(target) {
      await champion.fit(target);
      await rival.fit(target);
      record = emptyRecord();
    },
    update(values, weights) {
      for (let i = 0; i < values.length; i++) take(values[i]!, weights?.[i]);
    },
    forecast: (steps) => (record.track.isBenched ? rival : champion).forecast(steps),
    standing: () => standingOf(champion, rival.name, record, window),
    save() {
      const { track, bins, changedAtBin } = record;
      const errors = { champion: track.champion, rival: track.rival };
      const pair = { champion: champion.save(), rival: rival.save() };
      return encodePlain({ format: FORMAT, window, ...pair, errors, isBenched: track.isBenched, bins, changedAtBin });
    },
    restore(bytes) {
      const saved = decodePlain(bytes) as unknown as SavedPair;
      if (saved.format !== FORMAT || saved.window !== window)
        throw new InputError(
          `saved forecaster: must be ${FORMAT} with a window of ${window}, got ${saved.format} with ${saved.window}`,
        );
      champion.restore(saved.champion);
      rival.restore(saved.rival);
      const { errors, isBenched, bins, changedAtBin } = saved;
      const track = { champion: [...errors.champion], rival: [...errors.rival], isBenched };
      record = { track, bins, changedAtBin };
    },
  };
}

/**
 * A forecaster of the registry against the last value, and of an ensemble each member too: what models in the store are.
 *
 * @throws InputError at a name that is not in FORECASTER_NAMES
 */
export function makeContested(name: string, options: FitOptions): ContestedForecaster {
  return withRival(makeForecaster(name, { ...options, benchWindow: BENCH_WINDOW }), makeForecaster('last', options));
}

interface SavedPair {
  readonly format: string;
  readonly window: number;
  readonly champion: Uint8Array;
  readonly rival: Uint8Array;
  readonly errors: { readonly champion: readonly number[]; readonly rival: readonly number[] };
  readonly isBenched: boolean;
  readonly bins: number;
  readonly changedAtBin: number | null;
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

function standingOf(champion: Forecaster, rival: string, { track, changedAtBin }: Record, window: number): Standing {
  const names = { champion: champion.name, rival };
  const reason = benchReason(names, track, window);
  return { ...names, isBenched: track.isBenched, changedAtBin, reason, members: champion.members?.() ?? [] };
}

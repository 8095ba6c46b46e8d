/** Errors of one forecaster over the scored bins of a window. */
export interface WindowErrors {
  readonly squared: number;
  readonly absolute: number;
}

/** A rival must be better by this share, in squared and in absolute error, before the champion is benched. */
export const BENCH_MARGIN = 0.05;

/**
 * Whether a champion sits on the bench after a window: it goes there when its rival was better by BENCH_MARGIN in both errors (one burst
 * can turn the squared error alone), and comes back once it is at least as good in both. In between nothing changes, so that
 * two alike do not take turns.
 */
export function isBenched(wasBenched: boolean, champion: WindowErrors, rival: WindowErrors): boolean {
  const beats = (errors: WindowErrors, other: WindowErrors, share: number): boolean =>
    errors.squared <= share * other.squared && errors.absolute <= share * other.absolute;
  if (wasBenched) return !beats(champion, rival, 1);
  return champion.absolute > 0 && beats(rival, champion, 1 - BENCH_MARGIN);
}

/** One-step errors of a champion and of its rival on the same bins, the newest last, and whether the champion sits on the bench. */
export interface Track {
  readonly champion: number[];
  readonly rival: number[];
  isBenched: boolean;
}

/** A track on which nothing was scored yet. */
export function emptyTrack(): Track {
  return { champion: [], rival: [], isBenched: false };
}

/** Adds a scored bin, keeps the newest `window`, and judges once there are so many; tells whether the champion changed places. */
export function noteErrors(track: Track, own: number, other: number, window: number): boolean {
  const { champion, rival, isBenched: before } = track;
  champion.push(own);
  rival.push(other);
  if (champion.length > window) [champion, rival].forEach((errors) => errors.shift());
  if (champion.length === window) track.isBenched = isBenched(before, ...sumsOf(track));
  return track.isBenched !== before;
}

/** Summed errors of champion and rival, in units of the largest one, so that huge ones can be squared. */
export function sumsOf({ champion, rival }: Track): [WindowErrors, WindowErrors] {
  const unit = [...champion, ...rival].reduce((most, error) => Math.max(most, Math.abs(error)), 0) || 1;
  const sum = (own: readonly number[]): WindowErrors => ({
    squared: own.reduce((total, error) => total + (error / unit) ** 2, 0),
    absolute: own.reduce((total, error) => total + Math.abs(error) / unit, 0),
  });
  return [sum(champion), sum(rival)];
}

/** One sentence for a user: who forecasts, and why. */
export function benchReason(names: Names, track: Track, window: number): string {
  const scored = track.champion.length;
  if (scored < window)
    return `${names.champion} forecasts: ${scored} of the ${window} bins are scored that would judge it against ${names.rival}`;
  return track.isBenched
    ? `${names.champion} is benched and ${names.rival} forecasts: ${comparison(names, track)}`
    : `${names.champion} forecasts: ${comparison(names, track)}`;
}

/** Who is held against whom. */
export interface Names {
  readonly champion: string;
  readonly rival: string;
}

/** How far the errors of a track's champion lie from its rival's, in words. */
export function comparison(names: Names, track: Track): string {
  const [champion, rival] = sumsOf(track);
  return (
    `over the last ${track.champion.length} bins the squared error of ${names.champion} was ` +
    `${against(champion.squared, rival.squared)} that of ${names.rival}, its absolute error ${against(champion.absolute, rival.absolute)}`
  );
}

function against(own: number, other: number): string {
  if (other === 0) return own === 0 ? 'the same as' : 'above (none)';
  const percent = (own / other - 1) * 100;
  if (!Number.isFinite(percent)) return 'far from';
  if (Math.abs(percent) < 0.05) return 'the same as';
  return `${Math.abs(percent).toFixed(1)} % ${percent > 0 ? 'above' : 'below'}`;
}

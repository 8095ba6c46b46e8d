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

/** One sentence for a user: who forecasts, and why. */
export function benchReason(
  names: { readonly champion: string; readonly rival: string },
  isOnBench: boolean,
  champion: WindowErrors,
  rival: WindowErrors,
  scored: number,
  window: number,
): string {
  if (scored < window)
    return `${names.champion} forecasts: ${scored} of the ${window} bins are scored that would judge it against ${names.rival}`;
  const compared =
    `over the last ${window} bins the squared error of ${names.champion} was ${against(champion.squared, rival.squared)} that of ` +
    `${names.rival}, its absolute error ${against(champion.absolute, rival.absolute)}`;
  return isOnBench
    ? `${names.champion} is benched and ${names.rival} forecasts: ${compared}`
    : `${names.champion} forecasts: ${compared}`;
}

function against(own: number, other: number): string {
  if (other === 0) return own === 0 ? 'the same as' : 'above (none)';
  const percent = (own / other - 1) * 100;
  if (!Number.isFinite(percent)) return 'far from';
  if (Math.abs(percent) < 0.05) return 'the same as';
  return `${Math.abs(percent).toFixed(1)} % ${percent > 0 ? 'above' : 'below'}`;
}

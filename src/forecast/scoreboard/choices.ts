import type { Bar } from './bars.js';
import type { ScoredSeries } from './score-series.js';

/** Choices are made on the first 70 % of a series alone: of those rows these shares are fitted, and the rest of them judges. */
export const FOLDS: readonly number[] = [0.7, 0.55];
/** The networks, the default ensemble, and what it is without its network. */
export const CHOICE_MODELS: readonly string[] = ['dense', 'lstm', 'tcn', 'ensemble-without-network', 'ensemble'];

/** How a model did in one fold, over the core series. */
export interface Choice {
  /** Share of the first 70 % that was fitted. */
  readonly fold: number;
  readonly model: string;
  /** Percent by which its NMSE lies below that of the ensemble without a network, in geometric mean. */
  readonly gainPercent: number;
  /** Series on which it is lower, of so many. */
  readonly better: number;
  readonly series: number;
}

/** What the folds say; none where they were not scored. */
export function choicesOf(results: readonly ScoredSeries[]): Choice[] {
  return FOLDS.flatMap((fold) => {
    const scored = results.flatMap((result) => (result.status === 'scored' && result.fold === fold ? [result] : []));
    if (scored.length === 0) return [];
    return CHOICE_MODELS.filter((model) => model !== 'ensemble-without-network').map((model) => {
      const nmseOf = (name: string): number[] =>
        scored.map(({ rows }) => rows.find((row) => row.model === name && row.horizon === 1)!.nmse!);
      const [own, without] = [nmseOf(model), nmseOf('ensemble-without-network')];
      const logs = own.reduce((sum, nmse, i) => sum + Math.log(nmse / without[i]!), 0);
      const better = own.filter((nmse, i) => nmse < without[i]!).length;
      return { fold, model, gainPercent: 100 * (1 - Math.exp(logs / own.length)), better, series: own.length };
    });
  });
}

/** A network may stand in the default ensemble only where both folds together say that it helps. */
export function networkBar(choices: readonly Choice[]): Bar {
  const gains = choices.filter(({ model }) => model === 'ensemble').map(({ gainPercent }) => gainPercent);
  const reached = gains.length === 0 ? null : gains.reduce((sum, gain) => sum + gain / gains.length, 0);
  return {
    what: 'on the first 70 %: NMSE of `ensemble` below itself without its network, mean of two folds',
    ...{ reached, unit: '%', sense: 'least', goal: 0, ok: reached === null ? null : reached > 0 },
  };
}

import { boosted } from './boosted.js';
import { ridge } from './ridge.js';

/** Ridge regression of what comes above the level. */
export const ridgeDifference = ridge('ridge', 'difference');
/** The same between roots, which a burst moves less. */
export const ridgeRoot = ridge('ridge-root', 'root');
/** Counts as a factor of the level: Poisson loss with the level's logarithm as offset. */
export const boostedPoisson = boosted('boosted-poisson', {
  baseline: 'level-factor',
  features: 'rich',
  objective: 'poisson',
});
/** The median of what comes above the level. */
export const boostedMedian = boosted('boosted-median', {
  baseline: 'level',
  features: 'rich',
  objective: 'quantile',
  quantileLevel: 0.5,
});
/** The change from the last value. */
export const boostedChange = boosted('boosted-change', { baseline: 'last', features: 'rich', objective: 'squared' });
/** The value itself from the paper's features, in gentler trees than the paper's. */
export const boostedPaper = boosted('boosted-paper', { baseline: 'nothing', features: 'paper', objective: 'squared' });
/** The value itself from all features. */
export const boostedRaw = boosted('boosted-raw', { baseline: 'nothing', features: 'rich', objective: 'squared' });

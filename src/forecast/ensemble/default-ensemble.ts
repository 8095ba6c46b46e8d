import { boostedMedian, boostedPaper, boostedPoisson, ridgeDifference, ridgeRoot } from '../learners/all-learners.js';
import { makeArima } from '../models/arima/arima.js';
import { dense } from '../models/dense.js';
import { ewma } from '../models/ewma.js';
import { holtWinters } from '../models/holt-winters.js';
import { weightedEwmaOfMeans } from '../models/weighted-ewma.js';
import { makeEnsemble } from './ensemble.js';

/** Members and sizes were chosen on the first 70 % of each reference series (docs/decisions/forecast.md). */
export const ensemble = makeEnsemble('ensemble', {
  plain: [ewma, weightedEwmaOfMeans, holtWinters, makeArima([2, 0, 2]), dense],
  learners: [ridgeDifference, ridgeRoot, boostedPoisson, boostedMedian, boostedPaper],
  far: [ridgeRoot, boostedPoisson, boostedMedian, boostedPaper],
});

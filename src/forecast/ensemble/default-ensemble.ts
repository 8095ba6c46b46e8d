import { boostedMedian, boostedPaper, boostedPoisson, ridgeDifference, ridgeRoot } from '../learners/all-learners.js';
import { makeArima } from '../models/arima/arima.js';
import { dense } from '../models/dense.js';
import { ewma } from '../models/ewma.js';
import { holtWinters } from '../models/holt-winters.js';
import { weightedEwmaOfMeans } from '../models/weighted-ewma.js';
import { makeEnsemble } from './ensemble.js';

const LEARNERS = {
  learners: [ridgeDifference, ridgeRoot, boostedPoisson, boostedMedian, boostedPaper],
  far: [ridgeRoot, boostedPoisson, boostedMedian, boostedPaper],
};
const PLAIN = [ewma, weightedEwmaOfMeans, holtWinters, makeArima([2, 0, 2])];

/** Members and sizes were chosen on the first 70 % of each reference series (docs/decisions/forecast.md). */
export const ensemble = makeEnsemble('ensemble', { plain: [...PLAIN, dense], ...LEARNERS });

/** What the ensemble would be without its network: the scoreboard asks on the first 70 % whether the network earns its place. */
export const ensembleWithoutNetwork = makeEnsemble('ensemble-without-network', { plain: PLAIN, ...LEARNERS });

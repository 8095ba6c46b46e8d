export { scoreSeries as default } from './score-series.js';

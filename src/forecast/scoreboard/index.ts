export type { Bar } from './bars.js';
export { buildSeries } from './build-series.js';
export { referenceSeries, type SeriesDefinition } from './definitions.js';
export { scoreboardMarkdown } from './markdown.js';
export { makeScoreboard, type BoardSeries, type Scoreboard, type ScoreboardOptions } from './scoreboard.js';

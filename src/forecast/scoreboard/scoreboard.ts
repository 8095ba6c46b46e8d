import { openWorkerPool } from '../../base/index.js';
import { barsOf, type Bar } from './bars.js';
import { CHOICE_MODELS, choicesOf, FOLDS, networkBar, type Choice } from './choices.js';
import { referenceSeries, type SeriesDefinition } from './definitions.js';
import { scoreSeries, type ScoredSeries, type ScoreRow, type ScoreTask } from './score-series.js';

/** What the scoreboard is told. */
export interface ScoreboardOptions {
  /** Folders that may hold the traces. */
  readonly folders: readonly string[];
  /** Only the core series and the models that bars ask for. */
  readonly quick: boolean;
  /** Worker threads; with 1 the work is done here. Default: one for each core. */
  readonly threads?: number;
  readonly onDone?: (done: number, total: number, what: string) => void;
}

/** One series on the board. */
export interface BoardSeries {
  readonly name: string;
  readonly core: boolean;
  readonly status: ScoredSeries['status'];
  readonly reason?: string;
  readonly scoredRows: number;
  readonly rows: readonly ScoreRow[];
}

/** Everything that docs/scoreboard.md is made from. */
export interface Scoreboard {
  readonly quick: boolean;
  readonly series: readonly BoardSeries[];
  readonly bars: readonly Bar[];
  /** What the first 70 % of the core series say of the networks; none on a quick board. */
  readonly choices: readonly Choice[];
}

/** Series whose horizons 6 and 12 are on the board. */
export const HORIZON_SERIES: readonly string[] = ['b1-all-1m', 'b1-all-10m', 'sg-large-10m'];

const QUICK = [
  'last',
  'moving-average',
  'ewma',
  'weighted-ewma',
  'holt-winters',
  'kalman',
  'arima',
  'paper',
  'ensemble',
];
const FULL = [
  ...QUICK,
  ...['yesterday', 'last-week', 'holt-winters-own', 'kalman-trend', 'arima-own'],
  ...['ridge', 'ridge-root', 'boosted-paper', 'boosted-raw', 'boosted-change', 'boosted-poisson', 'boosted-median'],
  ...['dense', 'lstm', 'tcn'],
];

/**
 * Scores the models on the reference series, each fitted once on the first rows and scored on the last; nothing is tuned here.
 * Series whose data is not there, or is not what the definition says, are marked and left out of the bars.
 */
export async function makeScoreboard({ folders, quick, threads, onDone }: ScoreboardOptions): Promise<Scoreboard> {
  const definitions = referenceSeries().filter(({ core }) => core || !quick);
  const tasks = definitions.flatMap((definition) => tasksOf(definition, folders, quick));
  const results = await runTasks(tasks, threads, onDone);
  const series = definitions.map((definition) => boardSeries(definition, results));
  const choices = choicesOf(results);
  const bars = [...barsOf(series, definitions), ...(quick ? [] : [networkBar(choices)])];
  return { quick, series, bars, choices };
}

/** The dearest first, so that threads end together. */
function tasksOf(definition: SeriesDefinition, folders: readonly string[], quick: boolean): ScoreTask[] {
  const models = (quick ? QUICK : FULL).filter((model) => isMeant(model, definition));
  const oneStep = { definition, folders, models, horizons: [1] };
  const isAsked = definition.core && !quick;
  const folds = isAsked ? FOLDS.map((fold) => ({ ...oneStep, models: CHOICE_MODELS, fold })) : [];
  if (!HORIZON_SERIES.includes(definition.name)) return [oneStep, ...folds];
  const far = { ...oneStep, models: ['ewma', ...(quick ? [] : ['paper']), 'ensemble'], horizons: [6, 12] };
  return [far, oneStep, ...folds];
}

/** A daily season needs days: Holt-Winters and yesterday stand where the reference has them; weights are for means alone. */
function isMeant(model: string, { reference, name }: SeriesDefinition): boolean {
  if (model === 'weighted-ewma') return name.includes('mtok');
  const known = model === 'holt-winters-own' ? 'holt-winters' : model;
  return ['holt-winters', 'yesterday', 'last-week'].includes(known) ? reference.rows[known] !== undefined : true;
}

async function runTasks(
  tasks: readonly ScoreTask[],
  threads: number | undefined,
  onDone: ScoreboardOptions['onDone'],
): Promise<ScoredSeries[]> {
  let done = 0;
  const tell = (result: ScoredSeries): ScoredSeries => {
    onDone?.(++done, tasks.length, result.name);
    return result;
  };
  if (threads === 1) {
    const results: ScoredSeries[] = [];
    for (const task of tasks) results.push(tell(await scoreSeries(task)));
    return results;
  }
  const pool = openWorkerPool<ScoreTask, ScoredSeries>(import.meta.url, 'score', threads);
  try {
    return await Promise.all(tasks.map((task) => pool.run(task).then(tell)));
  } finally {
    await pool.close();
  }
}

function boardSeries({ name, core, scoredRows }: SeriesDefinition, results: readonly ScoredSeries[]): BoardSeries {
  const own = results.filter((result) => result.name === name);
  const rows = own.flatMap((result) => (result.status === 'scored' && result.fold === undefined ? result.rows : []));
  const refused = own.find((result) => result.status === 'refused');
  const status = refused?.status ?? own[0]?.status ?? 'no data';
  return { name, core, status, ...(refused ? { reason: refused.reason } : {}), scoredRows, rows };
}

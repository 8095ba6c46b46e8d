import type { FeatureTable } from '../../boosting/index.js';
import { FEATURE_COUNT, PLACE, paperFeaturePlaces, usefulFeatures } from '../features/feature-names.js';
import { writeRecent, writeTarget } from '../features/index.js';
import { extendCalendar, meanBefore, rowsPerDay, type History } from '../history.js';
import { bestAlpha, nextLevel } from '../models/ewma.js';

/** What learners of one step ahead are given; values are in units of `scale`, the mean of the rows that are fitted. */
export interface Examples {
  readonly step: number;
  readonly scale: number;
  /** Weight of the newest value in the level that differences are taken to. */
  readonly alpha: number;
  /** Places, in the order of `writeFeatures`, of the table's columns. */
  readonly places: Int32Array;
  /** Columns of the table that are the paper's features. */
  readonly paperColumns: Int32Array;
  readonly table: FeatureTable;
  /** What came, one a row of the table, never missing. */
  readonly targets: Float64Array;
  /** Exponentially weighted mean, and last value, at the origin. */
  readonly levels: Float64Array;
  readonly lasts: Float64Array;
}

/** Makes the examples of any step of one fit; what steps have in common is worked out once. */
export type ExamplesOf = (step: number) => Examples;

/** Examples from the first `rows` rows, and from them alone. */
export function examplesFrom(history: History, rows: number): ExamplesOf {
  const scale = meanBefore(history, rows) || 1;
  const days = (rows * history.grid.binSeconds) / 86400;
  extendCalendar(history, rows);
  const holidays = history.holiday.subarray(0, rows).filter((flag) => flag === 1).length;
  const places = usefulFeatures(days, rowsPerDay(history), holidays);
  const recent = recentOf(history, rows, scale);
  const kept = new Map<number, Examples>();
  return (step) => {
    const found = kept.get(step) ?? examplesOfStep(history, rows, step, { scale, places, recent });
    kept.set(step, found);
    return found;
  };
}

interface Shared {
  readonly scale: number;
  readonly places: Int32Array;
  /** The features before PLACE.daily, [rows x PLACE.daily]. */
  readonly recent: Float32Array;
}

function recentOf(history: History, rows: number, scale: number): Float32Array {
  const recent = new Float32Array(rows * PLACE.daily);
  for (let origin = 0; origin < rows; origin++) writeRecent(history, origin, scale, recent, origin * PLACE.daily);
  return recent;
}

function examplesOfStep(history: History, rows: number, step: number, { scale, places, recent }: Shared): Examples {
  const alpha = bestAlpha(history, rows, step);
  const origins: number[] = [];
  for (let origin = 1; origin + step - 1 < rows; origin++)
    if (!Number.isNaN(history.filled[origin - 1]!) && !Number.isNaN(history.values[origin + step - 1]!))
      origins.push(origin);
  const values = new Float32Array(origins.length * places.length);
  const own = new Float32Array(FEATURE_COUNT);
  origins.forEach((origin, row) => {
    own.set(recent.subarray(origin * PLACE.daily, (origin + 1) * PLACE.daily));
    writeTarget(history, origin, step, scale, own, 0);
    for (let i = 0; i < places.length; i++) values[row * places.length + i] = own[places[i]!]!;
  });
  const levels = levelsOf(history, rows, alpha);
  const paper = paperFeaturePlaces(history.grid.binSeconds, places);
  return {
    step,
    scale,
    alpha,
    places,
    paperColumns: paper.map((place) => places.indexOf(place)),
    table: { rows: origins.length, columns: places.length, values },
    targets: Float64Array.from(origins, (origin) => history.values[origin + step - 1]! / scale),
    levels: Float64Array.from(origins, (origin) => levels[origin - 1]! / scale),
    lasts: Float64Array.from(origins, (origin) => history.filled[origin - 1]! / scale),
  };
}

function levelsOf(history: History, rows: number, alpha: number): Float64Array {
  const levels = new Float64Array(rows);
  let level = NaN;
  for (let row = 0; row < rows; row++) levels[row] = level = nextLevel(level, alpha, history.filled[row]!);
  return levels;
}

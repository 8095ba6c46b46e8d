import { readFileSync } from 'node:fs';
import { packageFile } from '../../base/index.js';
import type { ArimaOrder } from '../models/arima/arima.js';

/** A column of a binned file, over another column where it is a mean, in bins `factor` times as wide. */
export interface BinnedSource {
  readonly kind: 'binned';
  readonly file: string;
  readonly column: string;
  readonly over?: string;
  readonly factor?: number;
  readonly missingWhere?: string;
}

/** The first `bins` bins of a request trace. */
export interface RequestsSource {
  readonly kind: 'requests';
  readonly file: string;
  readonly value: 'requests' | 'tokens' | 'meanTokens';
  readonly service?: string;
  readonly binSeconds: number;
  readonly bins: number;
}

/** Rows of a table counted per bin, or the mean of the sum of their `tokens`; without `bins` the unfinished last one is left out. */
export interface EventsSource {
  readonly kind: 'events';
  readonly file: string;
  readonly time: string;
  readonly unit: 's' | 'ms' | 'date';
  readonly binSeconds: number;
  readonly offsetSeconds?: number;
  readonly bins?: number;
  readonly tokens?: readonly string[];
}

/** A file that a series can be built from, and how. */
export type SeriesSource = BinnedSource | RequestsSource | EventsSource;

/** What a model scored. */
export interface ReferenceScores {
  readonly nmae: number;
  readonly nmse: number;
  readonly nmseEnergy: number;
}

/** One reference series: how it is built, what it must be, and what others scored on it. */
export interface SeriesDefinition {
  readonly name: string;
  /** One of the eleven that goals are geometric means over. */
  readonly core: boolean;
  readonly definition: string;
  /** Ways to build it; the first whose file is there is taken. */
  readonly sources: readonly SeriesSource[];
  readonly binSeconds: number;
  readonly rows: number;
  readonly trainRows: number;
  readonly missingRows: number;
  readonly scoredRows: number;
  /** Of the values as text with six decimals joined by line feeds, missing rows as -1.000000. */
  readonly sha256: string;
  readonly arimaOrder: ArimaOrder;
  readonly reference: SeriesReference;
  readonly goal?: SeriesGoal;
}

/** Scores measured once with Python. */
export interface SeriesReference {
  /** By our names of the models. */
  readonly rows: Readonly<Record<string, ReferenceScores>>;
  readonly bestSimple: Readonly<Record<'nmae' | 'nmse', { readonly model: string; readonly value: number }>>;
  readonly recipeR: Readonly<Record<'mean' | 'median', ReferenceScores>>;
  readonly p90?: { readonly paperStaticConformal: { readonly coverage: number; readonly pinball: number } };
  /** NMSE by horizon. */
  readonly horizons?: Readonly<Record<string, { readonly paper: number; readonly ewma: number }>>;
  readonly floor?: { readonly kind: string; readonly nmse: number };
}

/** What this series' own row asks of the ensemble, in percent. */
export interface SeriesGoal {
  readonly nmseBelowPaperPercent: number;
  readonly nmaeBelowPaperPercent: number;
  readonly nmseAgainstBestSimplePercent: number;
}

/** The 22 reference series, the core ones first among their kind, as data/scoreboard/reference-series.json has them. */
export function referenceSeries(): readonly SeriesDefinition[] {
  const text = readFileSync(packageFile('data/scoreboard/reference-series.json'), 'utf8');
  return (JSON.parse(text) as { series: SeriesDefinition[] }).series;
}

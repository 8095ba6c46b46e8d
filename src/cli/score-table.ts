import type { BacktestScore } from '../forecast/index.js';
import { formatNumber, formatTable } from './output.js';

/** A column of scores: how far a value is from the best it could be. */
interface Column {
  readonly title: string;
  readonly value: (score: BacktestScore) => number | null;
  readonly distance: (value: number) => number;
  readonly decimals: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'NMAE', value: (score) => score.nmae, distance: (value) => value, decimals: 4 },
  { title: 'NMSE', value: (score) => score.nmse, distance: (value) => value, decimals: 4 },
  { title: 'NMSE/energy', value: (score) => score.nmseEnergy, distance: (value) => value, decimals: 4 },
  { title: 'bias', value: (score) => score.bias, distance: Math.abs, decimals: 4 },
  {
    title: 'P90 coverage',
    value: (score) => score.p90Coverage,
    distance: (value) => Math.abs(value - 0.9),
    decimals: 3,
  },
  { title: 'P90 pinball', value: (score) => score.p90Pinball, distance: (value) => value, decimals: 4 },
];

/** Backtest scores as a table for people; `*` marks the best of each column among models of the same horizon. */
export function scoreTable(scores: readonly BacktestScore[]): string {
  const header = ['model', 'horizon', ...COLUMNS.map(({ title }) => title), 'fit s'];
  const rows = scores.map((score) => [
    score.model,
    String(score.horizon),
    ...COLUMNS.map((column) => cell(score, column, scores)),
    formatNumber(score.fitSeconds, 2),
  ]);
  return formatTable(header, rows);
}

function cell(score: BacktestScore, { value, distance, decimals }: Column, scores: readonly BacktestScore[]): string {
  const own = value(score);
  const rivals = scores.filter(({ horizon }) => horizon === score.horizon).map(value);
  const best = Math.min(...rivals.filter((rival) => rival !== null).map(distance));
  const mark = rivals.length > 1 && own !== null && distance(own) === best ? '*' : ' ';
  return `${formatNumber(own, decimals)}${mark}`;
}

import { rowOf, shortfalls, type Bar } from './bars.js';
import type { Choice } from './choices.js';
import { referenceSeries, type SeriesDefinition } from './definitions.js';
import { PEERS } from './peers.js';
import type { BoardSeries, Scoreboard } from './scoreboard.js';
import type { ScoreRow } from './score-series.js';

const INTRO = `# Scoreboard

What Foresail's forecasters score on 22 series of real load, beside what Python reached on the same rows. \`foresail scoreboard\` computes
this page's numbers; \`scoreboard.json\` beside it holds them all.

## How each number came about

- **Series**: built from the public files by the definitions in \`data/scoreboard/reference-series.json\`. A series whose values do not
  have the definition's sha256 is refused; one whose file is not there is marked and left out.
- **Split**: fitted once on the first 7/10 of the rows, then walked through the rest bin by bin; no model is fitted again. The ensemble's
  weights, the levels of its bands and every level learn from rows once they are past. Missing bins are not scored.
- **Choices**: members, features, sizes and weights were chosen on the first 70 % of each series alone (fitted on its first part, judged
  on its last), and committed before the last 30 % was scored.
- **Measures**: NMSE = sum of squared errors / sum of squared deviations from the scored mean, NMAE = sum of absolute errors / sum of
  values, pinball loss of the P90 over the scored mean. \`ensemble\` is the mean head, \`ensemble-median\` the P50 of the same fit.
- **Reference**: the columns "paper" and "best simple" and the row "recipe R" are Python's numbers (XGBoost 1.7.4, scikit-learn 1.2.1,
  statsmodels 0.13.5), the best simple one chosen with sight of the scored rows. Bars divide by those, so that our own baselines cannot flatter us;
  the bars named "from its reference" hold our baselines to them.
- **Yardsticks**: \`arima\` and \`holt-winters\` are fitted here as the reference fitted them (docs/decisions/forecast.md), ARIMA with its orders, and
  forecasts below 0 are left. \`arima-own\`, which chooses its order by AIC, and \`holt-winters-own\` are what Foresail forecasts with.
- **Static conformal**: the paper's recipe with the 90 % quantile of the errors on the last quarter of its rows, as measured in Python.
`;

/** docs/scoreboard.md. */
export function scoreboardMarkdown(board: Scoreboard): string {
  const definitions = referenceSeries();
  const parts = [
    INTRO,
    `## Bars\n\n${barTable(board.bars)}`,
    `## By series\n\n${seriesTable(board.series, definitions)}`,
    `## Single models: NMSE\n\n${modelTable(board.series)}`,
    `## Steps ahead: NMSE\n\n${horizonTable(board.series, definitions)}`,
    ...(board.choices.length === 0 ? [] : [`## Networks, on the first 70 %\n\n${choiceTable(board.choices)}`]),
    `## Python's tools on the core series (quoted)\n\n${peerTable()}`,
  ];
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function barTable(bars: readonly Bar[]): string {
  const rows = bars.map(({ what, reached, unit, sense, goal, stretch, ok, note }) => [
    what,
    reached === null ? 'data not there' : unit === '%' ? `${reached.toFixed(1)} %` : String(reached),
    `${sense === 'least' ? 'at least' : 'at most'} ${goal}${unit === '%' ? ' %' : ''}`,
    stretch === undefined ? '' : `${stretch} %${reached !== null && reached >= stretch ? ', reached' : ''}`,
    ok === null ? '' : ok ? 'yes' : 'no',
    note ?? '',
  ]);
  return table(['bar', 'reached', 'goal', 'stretch', 'held', 'which'], rows);
}

const three = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : value.toFixed(3);

const pair = (row: { readonly nmae: number | null; readonly nmse: number | null } | undefined): string =>
  row === undefined ? '-' : `${three(row.nmae)} / ${three(row.nmse)}`;

function percent(own: number | null | undefined, other: number): string {
  if (own === null || own === undefined) return '-';
  const change = 100 * (own / other - 1);
  return `${change < 0 ? '' : '+'}${change.toFixed(1)}`;
}

function seriesTable(series: readonly BoardSeries[], definitions: readonly SeriesDefinition[]): string {
  const header = [
    ...['series', 'scored', 'paper NMAE / NMSE', 'best simple NMAE / NMSE', 'recipe R NMAE / NMSE', 'ours NMAE / NMSE'],
    ...['NMAE vs paper, %', 'NMSE vs paper, %', 'NMSE vs best simple, %', 'own goal', 'P90 coverage, %', 'P90 pinball'],
  ];
  const rows = series.map((board) => {
    const { reference } = definitions.find(({ name }) => name === board.name)!;
    const [mean, median] = [rowOf(board, 'ensemble'), rowOf(board, 'ensemble-median')];
    const { bestSimple, recipeR, rows: known } = reference;
    const ours = mean && median ? `${three(median.nmae)} / ${three(mean.nmse)}` : (board.reason ?? 'data not there');
    return [
      board.core ? `**${board.name}**` : board.name,
      String(board.scoredRows),
      pair(known.paper),
      `${three(bestSimple.nmae.value)} ${bestSimple.nmae.model} / ${three(bestSimple.nmse.value)} ${bestSimple.nmse.model}`,
      `${three(recipeR.median.nmae)} / ${three(recipeR.mean.nmse)}`,
      ours,
      percent(median?.nmae, known.paper!.nmae),
      percent(mean?.nmse, known.paper!.nmse),
      percent(mean?.nmse, bestSimple.nmse.value),
      mean ? goalText(board, definitions) : '-',
      mean?.p90Coverage === null || mean === undefined ? '-' : (100 * mean.p90Coverage).toFixed(1),
      three(mean?.p90Pinball),
    ];
  });
  return `Core series in bold; NMAE of the median head, NMSE of the mean head.\n\n${table(header, rows)}`;
}

function goalText(board: BoardSeries, definitions: readonly SeriesDefinition[]): string {
  const definition = definitions.find(({ name }) => name === board.name)!;
  if (definition.goal === undefined) return '';
  const missed = shortfalls({ board, definition }).filter(({ points }) => points > 0);
  return missed.length === 0
    ? 'held'
    : missed.map(({ what, points }) => `${what} ${points.toFixed(1)} short`).join(', ');
}

function modelTable(series: readonly BoardSeries[]): string {
  const scored = series.filter(({ status }) => status === 'scored');
  const models = [...new Set(scored.flatMap(({ rows }) => rows.map(({ model }) => model)))];
  const rows = scored.map((board) => [board.name, ...models.map((model) => three(rowOf(board, model)?.nmse))]);
  return `As computed here, one step ahead.\n\n${table(['series', ...models], rows)}`;
}

function horizonTable(series: readonly BoardSeries[], definitions: readonly SeriesDefinition[]): string {
  const rows = series.flatMap((board) => {
    const far = [...new Set(board.rows.filter(({ horizon }) => horizon > 1).map(({ horizon }) => horizon))];
    const { reference } = definitions.find(({ name }) => name === board.name)!;
    return far.map((horizon) => {
      const known = reference.horizons?.[horizon];
      const of = (model: string): ScoreRow | undefined => rowOf(board, model, horizon);
      const coverage = of('ensemble')?.p90Coverage;
      return [
        ...[board.name, String(horizon), three(known?.paper)],
        ...['paper', 'ewma', 'ensemble'].map((model) => three(of(model)?.nmse)),
        coverage === null || coverage === undefined ? '-' : (100 * coverage).toFixed(1),
      ];
    });
  });
  const header = ['series', 'steps', 'paper direct (reference)', 'paper direct', 'ewma', 'ensemble', 'P90 coverage, %'];
  return table(header, rows);
}

function choiceTable(choices: readonly Choice[]): string {
  const rows = choices.map(({ fold, model, gainPercent, better, series }) => [
    ...[`${(70 * fold).toFixed(1)} %`, `${(70 * (1 - fold)).toFixed(1)} %`, model],
    ...[`${(-gainPercent).toFixed(2)} %`, `${better} of ${series}`],
  ]);
  return (
    'NMSE against the ensemble without a network, in geometric mean over the core series; no row of the last 30 % is read. ' +
    `The ensemble has the dense network as a member because it is lower so.\n\n` +
    table(['fitted', 'judged', 'model', 'NMSE', 'lower on'], rows)
  );
}

function peerTable(): string {
  const rows = PEERS.map(({ method, nmse, nmae, surelyWorse }) => [method, nmse, nmae, surelyWorse]);
  const header = ['method', 'NMSE vs paper, %', 'NMAE vs paper, %', 'surely worse than recipe R on'];
  return (
    'Geometric means against the paper row. **Quoted, not computed here**: measured once in Python, with the versions named; ' +
    `surely worse by a block bootstrap of 95 %.\n\n${table(header, rows)}`
  );
}

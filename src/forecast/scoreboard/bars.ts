import type { SeriesDefinition } from './definitions.js';
import type { BoardSeries } from './scoreboard.js';
import type { ScoreRow } from './score-series.js';

/** A goal, what was reached, and whether that is enough; `reached` null where data is not there. */
export interface Bar {
  readonly what: string;
  readonly reached: number | null;
  readonly unit: '%' | 'misses';
  /** `least`: reached must be at least the goal; `most`: at most. */
  readonly sense: 'least' | 'most';
  readonly goal: number;
  readonly stretch?: number;
  readonly ok: boolean | null;
  readonly note?: string;
}

interface Entry {
  readonly board: BoardSeries;
  readonly definition: SeriesDefinition;
}

/** Rows from which on the P90's coverage is asked for. */
const ENOUGH_ROWS = 270;
/** Of the single rows, so many may miss, by so many points. */
const MISSES = 2;
const MISS_POINTS = 3;

/** Every bar of the forecasts, from what was scored. */
export function barsOf(series: readonly BoardSeries[], definitions: readonly SeriesDefinition[]): Bar[] {
  const entries = definitions.flatMap((definition): Entry[] => {
    const board = series.find(({ name }) => name === definition.name);
    return board && board.status === 'scored' ? [{ board, definition }] : [];
  });
  const core = entries.filter(({ definition }) => definition.core);
  const isWhole = core.length === definitions.filter((definition) => definition.core).length;
  return [
    ...coreBars(isWhole ? core : []),
    rowBar(isWhole ? core : []),
    ...fidelityBars(entries),
    coverageBar(entries),
    pinballBar(isWhole ? core : []),
    ...horizonBars(entries),
  ];
}

/** A row of the board. */
export function rowOf({ rows }: BoardSeries, model: string, horizon = 1): ScoreRow | undefined {
  return rows.find((row) => row.model === model && row.horizon === horizon);
}

/** Percent by which the first is below the second, in geometric mean; null where there is none. */
function geometricGain(pairs: readonly (readonly [number, number])[]): number | null {
  if (pairs.length === 0) return null;
  const logs = pairs.reduce((sum, [own, other]) => sum + Math.log(own / other), 0);
  return 100 * (1 - Math.exp(logs / pairs.length));
}

function bar(what: string, reached: number | null, given: Omit<Bar, 'what' | 'reached' | 'ok'>): Bar {
  const isEnough = (value: number): boolean => (given.sense === 'least' ? value >= given.goal : value <= given.goal);
  return { what, reached, ...given, ok: reached === null ? null : isEnough(reached) };
}

function coreBars(core: readonly Entry[]): Bar[] {
  const gain = (model: string, measure: 'nmae' | 'nmse', of: (entry: Entry) => number): number | null =>
    geometricGain(core.map((entry) => [rowOf(entry.board, model)![measure]!, of(entry)] as const));
  const below = (goal: number, stretch: number): Omit<Bar, 'what' | 'reached' | 'ok'> => ({
    unit: '%',
    sense: 'least',
    goal,
    stretch,
  });
  const paper = (measure: 'nmae' | 'nmse') => (entry: Entry) => entry.definition.reference.rows.paper![measure];
  const simple = (measure: 'nmae' | 'nmse') => (entry: Entry) => entry.definition.reference.bestSimple[measure].value;
  return [
    bar("NMSE of `ensemble` below the paper's recipe", gain('ensemble', 'nmse', paper('nmse')), below(25, 28)),
    bar(
      "NMAE of `ensemble-median` below the paper's recipe",
      gain('ensemble-median', 'nmae', paper('nmae')),
      below(13, 14),
    ),
    bar('NMSE of `ensemble` below the best simple baseline', gain('ensemble', 'nmse', simple('nmse')), below(5.5, 7.5)),
    bar(
      'NMAE of `ensemble-median` below the best simple baseline',
      gain('ensemble-median', 'nmae', simple('nmae')),
      below(3.5, 4.5),
    ),
  ];
}

/** What a series' own row misses, in points; a value below 0 is reached. */
export function shortfalls({ board, definition }: Entry): { readonly what: string; readonly points: number }[] {
  const { goal, reference } = definition;
  if (goal === undefined) return [];
  const percent = (own: number, other: number): number => 100 * (1 - own / other);
  const [mean, median] = [rowOf(board, 'ensemble')!, rowOf(board, 'ensemble-median')!];
  const { paper } = reference.rows;
  return [
    { what: 'NMSE below paper', points: goal.nmseBelowPaperPercent - percent(mean.nmse!, paper!.nmse) },
    { what: 'NMAE below paper', points: goal.nmaeBelowPaperPercent - percent(median.nmae!, paper!.nmae) },
    {
      what: 'NMSE against best simple',
      points: -percent(mean.nmse!, reference.bestSimple.nmse.value) - goal.nmseAgainstBestSimplePercent,
    },
  ];
}

/** Rows that miss count once however many of their goals they miss; one that misses by too much counts as too many. */
function rowBar(core: readonly Entry[]): Bar {
  const missed = core.flatMap((entry) => {
    const worst = shortfalls(entry).filter(({ points }) => points > 0);
    return worst.length > 0 ? [{ name: entry.board.name, worst }] : [];
  });
  const tooFar = missed.filter(({ worst }) => worst.some(({ points }) => points > MISS_POINTS));
  const note = missed
    .map(
      ({ name, worst }) => `${name}: ${worst.map(({ what, points }) => `${what} by ${points.toFixed(1)}`).join(', ')}`,
    )
    .join('; ');
  return bar(
    `single rows that miss their goal (up to ${MISSES} may, by up to ${MISS_POINTS} points)`,
    core.length === 0 ? null : missed.length + tooFar.length * MISSES,
    { unit: 'misses', sense: 'most', goal: MISSES, ...(note ? { note } : {}) },
  );
}

/** Models, and how far each may be, in percent. */
const FIDELITY: readonly (readonly [string, number])[] = [
  ['paper', 3],
  ['last', 0.1],
  ['ewma', 0.1],
  ['arima', 2],
  ['kalman', 2],
  ['holt-winters', 2],
];

/** The largest distance of our baselines from Python's, over every series whose reference has them; the paper's on counts and tokens. */
function fidelityBars(entries: readonly Entry[]): Bar[] {
  return FIDELITY.map(([model, goal]) => {
    const distances = entries.flatMap(({ board, definition }) => {
      const [own, other] = [rowOf(board, model), definition.reference.rows[model]];
      if (!own || !other || (model === 'paper' && board.name.includes('mtok'))) return [];
      const percent = Math.max(Math.abs(own.nmse! / other.nmse - 1), Math.abs(own.nmae! / other.nmae - 1)) * 100;
      return [{ name: board.name, percent: Math.max(0, percent - roundingOf(other)) }];
    });
    const far = distances.filter(({ percent }) => percent > goal);
    const worst = distances.reduce<number | null>((most, { percent }) => Math.max(most ?? 0, percent), null);
    const note = far.map(({ name, percent }) => `${name} ${percent.toFixed(1)} %`).join(', ');
    return bar(`\`${model}\` from its reference, at most`, worst, {
      ...{ unit: '%', sense: 'most', goal },
      ...(note ? { note } : {}),
    });
  });
}

/** Percent that four decimals of the reference leave open. */
function roundingOf({ nmae, nmse }: { readonly nmae: number; readonly nmse: number }): number {
  return (100 * 0.00005) / Math.min(nmae, nmse);
}

function coverageBar(entries: readonly Entry[]): Bar {
  const asked = entries.filter(({ definition }) => definition.scoredRows >= ENOUGH_ROWS);
  const misses = asked.flatMap(({ board }) => {
    const percent = 100 * rowOf(board, 'ensemble')!.p90Coverage!;
    return percent < 88 || percent > 92 ? [`${board.name} ${percent.toFixed(1)} %`] : [];
  });
  return bar(
    `series of at least ${ENOUGH_ROWS} scored rows whose P90 covers less than 88 % or more than 92 %`,
    asked.length === 0 ? null : misses.length,
    { unit: 'misses', sense: 'most', goal: 0, ...(misses.length > 0 ? { note: misses.join(', ') } : {}) },
  );
}

function pinballBar(core: readonly Entry[]): Bar {
  const pairs = core.map(
    ({ board, definition }) =>
      [rowOf(board, 'ensemble')!.p90Pinball!, definition.reference.p90!.paperStaticConformal.pinball] as const,
  );
  return bar("pinball loss of the P90 below the paper's recipe with static conformal", geometricGain(pairs), {
    ...{ unit: '%', sense: 'least', goal: 20, stretch: 26 },
  });
}

/** At both horizons of each series the gain on the paper's recipe made direct, and that on EWMA. */
function horizonBars(entries: readonly Entry[]): Bar[] {
  return entries.flatMap(({ board, definition }) =>
    [6, 12].flatMap((horizon) => {
      const own = rowOf(board, 'ensemble', horizon);
      const reference = definition.reference.horizons?.[horizon];
      if (!own || !reference) return [];
      const gain = (other: number): number => 100 * (1 - own.nmse! / other);
      const ewma = rowOf(board, 'ewma', horizon)!.nmse!;
      const at = `${board.name}, ${horizon} steps ahead: NMSE below`;
      return [
        bar(`${at} the paper's recipe made direct`, gain(reference.paper), {
          ...{ unit: '%', sense: 'least', goal: 12, stretch: 18 },
        }),
        bar(`${at} EWMA`, gain(ewma), { unit: '%', sense: 'least', goal: 0 }),
      ];
    }),
  );
}

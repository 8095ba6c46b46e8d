/** How a time column writes its moments. `any` is decided by the first row: a number is seconds, else a date. */
export type TimeKind = 'seconds' | 'milliseconds' | 'any';

/** Where the columns of a trace stand in a file; -1 where the file has none. */
export interface ColumnPlan {
  readonly time: number;
  readonly timeKind: TimeKind;
  /** The time is that of the response's end: arrival is `elapsed` earlier. */
  readonly timeIsEnd: boolean;
  /** Where neither prompt nor output has a column, tokens are unknown. */
  readonly prompt: number;
  readonly output: number;
  readonly model: number;
  readonly service: number;
  readonly session: number;
  readonly elapsed: number;
  /** Columns that are not kept but must hold whole numbers, so that a broken row is found. */
  readonly checked: readonly number[];
}

/** One kind of trace file. */
export interface TraceFormat {
  /** As reports name it. */
  readonly name: string;
  /** The plan for a file with this header, null where the header is of another kind. */
  readonly plan: (header: readonly string[]) => ColumnPlan | null;
}

/** A plan without optional columns, to be spread under the columns that a format has. */
export const NO_COLUMNS: ColumnPlan = {
  time: -1,
  timeKind: 'any',
  timeIsEnd: false,
  prompt: -1,
  output: -1,
  model: -1,
  service: -1,
  session: -1,
  elapsed: -1,
  checked: [],
};

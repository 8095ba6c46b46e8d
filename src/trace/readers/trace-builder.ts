import type { Trace, TRACE_COLUMNS } from '../trace.js';

/** The columns of a trace while they grow: all of one capacity, which doubles. */
export interface GrowingColumns {
  length: number;
  arrival: Float64Array;
  promptTokens: Uint32Array;
  outputTokens: Uint32Array;
  model: Uint8Array;
  service: Uint8Array;
  session: Int32Array;
  elapsed: Float32Array;
}

/** Empty columns. */
export function growingColumns(capacity = 16384): GrowingColumns {
  return {
    length: 0,
    arrival: new Float64Array(capacity),
    promptTokens: new Uint32Array(capacity),
    outputTokens: new Uint32Array(capacity),
    model: new Uint8Array(capacity),
    service: new Uint8Array(capacity),
    session: new Int32Array(capacity),
    elapsed: new Float32Array(capacity),
  };
}

const GROWTH = 1.5;

/** Makes room for one more row. */
export function makeRoom(columns: GrowingColumns): void {
  if (columns.length < columns.arrival.length) return;
  // column after column, so that never more than one is held twice
  const capacity = Math.ceil(columns.arrival.length * GROWTH);
  const grown = <Column extends Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array>(
    column: Column,
    larger: Column,
  ): Column => {
    larger.set(column);
    return larger;
  };
  columns.arrival = grown(columns.arrival, new Float64Array(capacity));
  columns.promptTokens = grown(columns.promptTokens, new Uint32Array(capacity));
  columns.outputTokens = grown(columns.outputTokens, new Uint32Array(capacity));
  columns.model = grown(columns.model, new Uint8Array(capacity));
  columns.service = grown(columns.service, new Uint8Array(capacity));
  columns.session = grown(columns.session, new Int32Array(capacity));
  columns.elapsed = grown(columns.elapsed, new Float32Array(capacity));
}

/** The columns, cut to their length; the growing ones are given up on the way. */
export function finishedColumns(columns: GrowingColumns): Pick<Trace, (typeof TRACE_COLUMNS)[number]> {
  const { length } = columns;
  const take = <Name extends (typeof TRACE_COLUMNS)[number]>(name: Name): GrowingColumns[Name] => {
    const column = columns[name];
    const cut = column.slice(0, length) as GrowingColumns[Name];
    columns[name] = column.slice(0, 0) as GrowingColumns[Name];
    return cut;
  };
  return {
    arrival: take('arrival'),
    promptTokens: take('promptTokens'),
    outputTokens: take('outputTokens'),
    model: take('model'),
    service: take('service'),
    session: take('session'),
    elapsed: take('elapsed'),
  };
}

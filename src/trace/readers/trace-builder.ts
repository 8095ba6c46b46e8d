import { TRACE_COLUMNS, type Trace } from '../trace.js';

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

/** Makes room for one more row. */
export function makeRoom(columns: GrowingColumns): void {
  if (columns.length < columns.arrival.length) return;
  const larger = growingColumns(columns.arrival.length * 2);
  for (const name of TRACE_COLUMNS) larger[name].set(columns[name]);
  Object.assign(columns, larger, { length: columns.length });
}

/** The columns, cut to their length. */
export function finishedColumns(columns: GrowingColumns): Pick<Trace, (typeof TRACE_COLUMNS)[number]> {
  const { length } = columns;
  return {
    arrival: columns.arrival.slice(0, length),
    promptTokens: columns.promptTokens.slice(0, length),
    outputTokens: columns.outputTokens.slice(0, length),
    model: columns.model.slice(0, length),
    service: columns.service.slice(0, length),
    session: columns.session.slice(0, length),
    elapsed: columns.elapsed.slice(0, length),
  };
}

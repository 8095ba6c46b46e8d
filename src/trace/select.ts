import type { Trace } from './trace.js';

/**
 * The requests at `rows`, in that order, as a new trace.
 *
 * @param rows indices into the trace; arrivals must come out ascending
 */
export function selectRows(trace: Trace, rows: Uint32Array): Trace {
  const pick = <Column extends Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array>(
    from: Column,
    to: Column,
  ): Column => {
    for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!;
    return to;
  };
  const count = rows.length;
  return {
    ...trace,
    arrival: pick(trace.arrival, new Float64Array(count)),
    promptTokens: pick(trace.promptTokens, new Uint32Array(count)),
    outputTokens: pick(trace.outputTokens, new Uint32Array(count)),
    model: pick(trace.model, new Uint8Array(count)),
    service: pick(trace.service, new Uint8Array(count)),
    session: pick(trace.session, new Int32Array(count)),
    elapsed: pick(trace.elapsed, new Float32Array(count)),
  };
}

/** The trace with its requests in order of arrival; those of one instant keep their order. */
export function sortByArrival(trace: Trace): Trace {
  const { arrival } = trace;
  const rows = Uint32Array.from({ length: arrival.length }, (_, row) => row);
  return selectRows(
    trace,
    rows.sort((a, b) => arrival[a]! - arrival[b]! || a - b),
  );
}

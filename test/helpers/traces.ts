import type { Trace } from '../../src/trace/index.js';

/** A small trace with these arrivals; token counts and the like unless given. */
export function traceAt(arrival: readonly number[], columns: Partial<Trace> = {}): Trace {
  const count = arrival.length;
  return {
    arrival: Float64Array.from(arrival),
    promptTokens: new Uint32Array(count).fill(100),
    outputTokens: new Uint32Array(count).fill(10),
    model: new Uint8Array(count),
    service: new Uint8Array(count),
    session: new Int32Array(count).fill(-1),
    elapsed: new Float32Array(count).fill(NaN),
    modelNames: ['unknown'],
    serviceNames: ['unknown'],
    startEpochSeconds: null,
    timeZone: 'UTC',
    ...columns,
  };
}

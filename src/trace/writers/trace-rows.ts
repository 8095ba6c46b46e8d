import type { Trace } from '../trace.js';
import type { WrittenRow } from './row.js';

/** The requests of a trace one by one, as writers take them. */
export function* rowsOf(trace: Trace): Generator<WrittenRow> {
  for (let i = 0; i < trace.arrival.length; i++)
    yield {
      at: trace.arrival[i]!,
      promptTokens: trace.promptTokens[i]!,
      outputTokens: trace.outputTokens[i]!,
      model: trace.modelNames[trace.model[i]!]!,
      service: trace.serviceNames[trace.service[i]!]!,
      session: trace.session[i]!,
      elapsed: trace.elapsed[i]!,
    };
}

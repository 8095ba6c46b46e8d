import { NO_COLUMNS, type TraceFormat } from './format.js';

/**
 * Mooncake's JSON lines: `timestamp` in milliseconds, `input_length`, `output_length` and the list `hash_ids`, which is not kept.
 *
 * @source kvcache-ai/Mooncake, FAST25-release/traces
 */
export const mooncake: TraceFormat = {
  name: 'mooncake',
  plan(header) {
    const of = (name: string): number => header.indexOf(name);
    const plan = {
      ...NO_COLUMNS,
      ...{ time: of('timestamp'), timeKind: 'milliseconds' as const },
      ...{ prompt: of('input_length'), output: of('output_length') },
    };
    return of('hash_ids') < 0 || plan.time < 0 || plan.prompt < 0 || plan.output < 0 ? null : plan;
  },
};

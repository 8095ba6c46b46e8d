import { NO_COLUMNS, type TraceFormat } from './format.js';

/**
 * BurstGPT: `Timestamp, Model, Request tokens, Response tokens, Total tokens, Log Type`, and in parts 3 and later also
 * `Session ID` and `Elapsed time`. Columns are found by name, in any order. Timestamps are seconds from 0:00 of the
 * collection's first day.
 *
 * @source BurstGPT section 2 and the header of its published files
 */
export const burstGpt: TraceFormat = {
  name: 'burstgpt',
  plan(header) {
    const of = (name: string): number => header.indexOf(name);
    const required = [of('Timestamp'), of('Model'), of('Request tokens'), of('Response tokens'), of('Log Type')];
    if (required.includes(-1)) return null;
    const total = of('Total tokens');
    return {
      ...NO_COLUMNS,
      time: of('Timestamp'),
      timeKind: 'seconds',
      prompt: of('Request tokens'),
      output: of('Response tokens'),
      model: of('Model'),
      service: of('Log Type'),
      session: of('Session ID'),
      elapsed: of('Elapsed time'),
      checked: total >= 0 ? [total] : [],
    };
  },
};

import { momentWriter } from './moments.js';
import { csvCell, type WrittenRow } from './row.js';

/** What the plain layouts must know of the trace that they write. */
export interface PlainLayout {
  /** Unix time of second 0: times are written as dates; null: as seconds of the trace's own clock. */
  readonly startEpochSeconds: number | null;
}

/** The header line of plain CSV, without line end: every column that a trace has. */
export function plainHeader({ startEpochSeconds }: PlainLayout): string {
  const time = startEpochSeconds === null ? 'time_s' : 'time';
  return `${time},prompt_tokens,output_tokens,model,service,session,elapsed_s`;
}

/** Writes lines of plain CSV, without line end; every number as exactly as it is held. */
export function plainLineWriter({ startEpochSeconds }: PlainLayout): (row: WrittenRow) => string {
  const moment = startEpochSeconds === null ? null : momentWriter(startEpochSeconds);
  return ({ at, promptTokens, outputTokens, model, service, session, elapsed }) =>
    `${moment ? moment(at) : at},${promptTokens},${outputTokens},${csvCell(model)},${csvCell(service)},` +
    `${session < 0 ? '' : session},${Number.isNaN(elapsed) ? '' : elapsed}`;
}

/** Writes lines of JSON, without line end, with the same names as the plain CSV; what is unknown is left out. */
export function jsonLineWriter({ startEpochSeconds }: PlainLayout): (row: WrittenRow) => string {
  const moment = startEpochSeconds === null ? null : momentWriter(startEpochSeconds);
  return ({ at, promptTokens, outputTokens, model, service, session, elapsed }) =>
    JSON.stringify({
      ...(moment ? { time: moment(at) } : { time_s: at }),
      ...{ prompt_tokens: promptTokens, output_tokens: outputTokens, model, service },
      ...(session < 0 ? {} : { session }),
      ...(Number.isNaN(elapsed) ? {} : { elapsed_s: elapsed }),
    });
}

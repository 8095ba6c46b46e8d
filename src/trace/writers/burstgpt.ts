import type { Trace } from '../trace.js';
import { csvCell, type WrittenRow } from './row.js';
import { rowsOf } from './trace-rows.js';

const SERVICE_LOGS: Record<string, string> = { api: 'API log', conversation: 'Conversation log' };

/** How BurstGPT's layout is written. */
export interface BurstGptLayout {
  /** Digits of a second's fraction, cut and not rounded; 0 as in BurstGPT part 1. */
  readonly decimals: number;
  /** Eight columns, with `Session ID` and `Elapsed time`, as in part 3; else six. */
  readonly hasSessions: boolean;
}

/** The header line of BurstGPT's layout, without line end. */
export function burstGptHeader({ hasSessions }: BurstGptLayout): string {
  const more = hasSessions ? 'Session ID,Elapsed time,' : '';
  return `Timestamp,${more}Model,Request tokens,Response tokens,Total tokens,Log Type`;
}

/** One line of BurstGPT's layout, without line end. */
export function burstGptLine(row: WrittenRow, { decimals, hasSessions }: BurstGptLayout): string {
  const { at, promptTokens, outputTokens, session, elapsed } = row;
  const model = csvCell(row.model);
  const log = SERVICE_LOGS[row.service] ?? csvCell(`${row.service} log`);
  const more = hasSessions ? `${session < 0 ? '' : session},${Number.isNaN(elapsed) ? '' : elapsed},` : '';
  return `${cut(at, decimals)},${more}${model},${promptTokens},${outputTokens},${promptTokens + outputTokens},${log}`;
}

/** A number of seconds cut to so many digits, without exponent. */
function cut(seconds: number, decimals: number): string {
  const unit = 10 ** decimals;
  return decimals === 0 ? String(Math.floor(seconds)) : (Math.floor(seconds * unit) / unit).toFixed(decimals);
}

/** A trace as CSV in BurstGPT's layout, LF line ends. Timestamps are whole seconds unless told otherwise, cut as BurstGPT's are. */
export function burstGptCsv(trace: Trace, layout: BurstGptLayout = { decimals: 0, hasSessions: false }): string {
  const lines = [burstGptHeader(layout)];
  for (const row of rowsOf(trace)) lines.push(burstGptLine(row, layout));
  return `${lines.join('\n')}\n`;
}

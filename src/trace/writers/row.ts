/** One request as writers take it; names in place of codes. */
export interface WrittenRow {
  /** Seconds from the trace's second 0. */
  readonly at: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly model: string;
  readonly service: string;
  /** -1: none. */
  readonly session: number;
  /** NaN: unknown. */
  readonly elapsed: number;
}

/** A cell of CSV, quoted where it must be. */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

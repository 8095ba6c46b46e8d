import { InputError } from '../base/index.js';
import { Outcome, type ResultColumns } from './results.js';

/** Requests measured on one running engine, in order of arrival; times in seconds. */
export interface RequestLog {
  readonly arrival: Float64Array;
  readonly promptTokens: Uint32Array;
  readonly outputTokens: Uint32Array;
  /** Arrival to first token. */
  readonly ttft: Float64Array;
  /** Arrival to last token. */
  readonly e2e: Float64Array;
}

/** How the engine that was measured was set, as far as its log says. */
export interface LogSettings {
  readonly maxSeqs?: number;
  readonly tokenBudget?: number;
  /** KV blocks of `kvBlockTokens` tokens; not given where memory never bound. */
  readonly kvBlocks?: number;
  readonly kvBlockTokens?: number;
}

const COLUMNS = ['arrival_ms', 'prompt_tokens', 'output_tokens', 'ttft_ms', 'e2e_ms'] as const;

/** Whether the header of a CSV file is that of a request log. */
export function isRequestLog(text: string): boolean {
  const names = (text.split(/\r?\n/, 1)[0] ?? '').split(',').map((name) => name.trim());
  return names.includes('arrival_ms') || names.includes('ttft_ms');
}

/**
 * Reads a request log: CSV with the columns `arrival_ms,prompt_tokens,output_tokens,ttft_ms,e2e_ms`, in any order. Requests that
 * failed, those without `ttft_ms` and `e2e_ms`, are left out.
 *
 * @param text the whole file
 * @param file its name, for messages
 * @throws InputError naming file, line, column and value
 */
export function parseRequestLog(text: string, file: string): RequestLog {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  for (const wanted of COLUMNS)
    if (!names.includes(wanted)) throw new InputError(`${file}: header has no column "${wanted}"`);
  const rows = lines.flatMap((line, index) => {
    const cells = line.split(',');
    const cellOf = (name: string): string | undefined => cells[names.indexOf(name)];
    if (cellOf('ttft_ms')?.trim() === '' && cellOf('e2e_ms')?.trim() === '') return [];
    return [COLUMNS.map((name) => numberOf(cellOf(name), name, `${file}:${index + 2}`))];
  });
  return logOf(rows, file);
}

/**
 * The log of a run: its requests in order of arrival, from second 0 of its trace. Those that did not finish have no latencies; those that
 * failed in the trace itself are left out. Simulated again it gives the run.
 */
export function requestLogText(
  { arrival, promptTokens, outputTokens }: Pick<RequestLog, 'arrival' | 'promptTokens' | 'outputTokens'>,
  { ttft, e2e, outcome }: Pick<ResultColumns, 'ttft' | 'e2e' | 'outcome'>,
): string {
  const lines = [COLUMNS.join(',')];
  outcome.forEach((found, i) => {
    if (found === Outcome.failedInTrace) return;
    const latencies = found === Outcome.finished ? [ttft[i]! * 1000, e2e[i]! * 1000] : ['', ''];
    lines.push([arrival[i]! * 1000, promptTokens[i], outputTokens[i], ...latencies].join(','));
  });
  return `${lines.join('\n')}\n`;
}

/** A document of measured requests: `{cases: {NAME: {requests: [[arrival, prompt, output, ttft, e2e], ...], ...}}}`, times in ms. */
export interface MeasuredDocument {
  readonly cases: Record<string, MeasuredCase>;
}

interface MeasuredCase {
  readonly max_num_batched_tokens?: number | null;
  readonly max_num_seqs?: number | null;
  readonly kv_blocks?: number | null;
  readonly block_size?: number | null;
  readonly requests: readonly (readonly number[])[];
}

/** Settings that a case may state. */
const SETTINGS = ['max_num_batched_tokens', 'max_num_seqs', 'kv_blocks', 'block_size'] as const;

/**
 * Checks that a value read from outside is a document of measured requests.
 *
 * @param file its name, for messages
 * @throws InputError naming the case at fault
 */
export function checkMeasured(value: unknown, file: string): MeasuredDocument {
  const cases = (value as { readonly cases?: unknown } | null)?.cases;
  if (typeof cases !== 'object' || cases === null) throw new InputError(`${file}: has no "cases" of measured requests`);
  for (const [name, found] of Object.entries(cases as Record<string, Partial<MeasuredCase> | null>)) {
    if (!Array.isArray(found?.requests) || !found.requests.every((row) => Array.isArray(row)))
      throw new InputError(`${file}: case ${name} has no "requests", a list of rows`);
    for (const setting of SETTINGS)
      if (found[setting] != null && !(Number.isSafeInteger(found[setting]) && found[setting] >= 1))
        throw new InputError(
          `${file}: case ${name}: ${setting} must be a whole number of at least 1, got ${JSON.stringify(found[setting])}`,
        );
  }
  return value as MeasuredDocument;
}

/**
 * Reads one case of a document of measured requests.
 *
 * @param name the case; may be left out when there is only one
 * @param file the document's name, for messages
 * @throws InputError naming the cases there are, or the row at fault
 */
export function measuredCase(
  document: MeasuredDocument,
  name: string | undefined,
  file: string,
): { readonly name: string; readonly log: RequestLog; readonly settings: LogSettings } {
  const names = Object.keys(document.cases);
  const chosen = name ?? (names.length === 1 ? names[0] : undefined);
  if (chosen === undefined || !names.includes(chosen))
    throw new InputError(`${file}: --case must be one of ${names.join(', ')}, got "${name ?? ''}"`);
  const found = document.cases[chosen]!;
  const rows = found.requests.map((row, index) =>
    COLUMNS.map((column, place) => numberOf(String(row[place]), column, `${file}: ${chosen}, request ${index}`)),
  );
  const settings = {
    ...(found.max_num_seqs == null ? {} : { maxSeqs: found.max_num_seqs }),
    ...(found.max_num_batched_tokens == null ? {} : { tokenBudget: found.max_num_batched_tokens }),
    ...(found.kv_blocks == null ? {} : { kvBlocks: found.kv_blocks }),
    ...(found.block_size == null ? {} : { kvBlockTokens: found.block_size }),
  };
  return { name: chosen, log: logOf(rows, file), settings };
}

function numberOf(text: string | undefined, column: string, where: string): number {
  const value = text === undefined || text.trim() === '' ? NaN : Number(text);
  const isCount = column === 'prompt_tokens' || column === 'output_tokens';
  if (!(value >= (isCount ? 1 : 0) && value < Infinity) || (isCount && !Number.isInteger(value)))
    throw new InputError(
      `${where}: ${column} must be ${isCount ? 'a whole number of at least 1' : 'a number of at least 0'}, got "${text ?? ''}"`,
    );
  return value;
}

/** Columns from rows in the order of `COLUMNS`, milliseconds to seconds, sorted by arrival. */
function logOf(rows: readonly (readonly number[])[], file: string): RequestLog {
  if (rows.length < 20) throw new InputError(`${file}: at least 20 requests are needed, got ${rows.length}`);
  rows.forEach((row, index) => {
    if (row[4]! < row[3]!) throw new InputError(`${file}: request ${index}: e2e_ms is below ttft_ms`);
  });
  const sorted = [...rows].sort((a, b) => a[0]! - b[0]!);
  const column = (place: number): number[] => sorted.map((row) => row[place]!);
  return {
    arrival: Float64Array.from(column(0), (ms) => ms / 1000),
    promptTokens: Uint32Array.from(column(1)),
    outputTokens: Uint32Array.from(column(2)),
    ttft: Float64Array.from(column(3), (ms) => ms / 1000),
    e2e: Float64Array.from(column(4), (ms) => ms / 1000),
  };
}

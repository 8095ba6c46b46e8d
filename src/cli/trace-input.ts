import { homedir } from 'node:os';
import type { Command } from 'commander';
import { dataFolder, parseColumnMap, readTrace, traceFile, type Trace, type TraceReport } from '../trace/index.js';
import { withProgress } from './progress.js';

/** The flags of every command that reads a trace. */
export interface TraceFlags {
  readonly columns?: string;
  readonly skipBadRows?: boolean;
  readonly timeZone?: string;
}

/** The flag that tells a file's own names of columns, for commands with flags of their own for the rest. */
export const COLUMNS_OPTION = [
  '--columns <map>',
  "the file's own names of columns, e.g. time=ts,prompt=in,output=out",
] as const;

/** Adds those flags; `--time-zone` is left to commands that have their own. */
export function traceOptions(command: Command): Command {
  return command
    .option(...COLUMNS_OPTION)
    .option('--skip-bad-rows', 'count bad rows instead of stopping at the first')
    .option('--time-zone <zone>', 'IANA zone whose hours and weekdays are meant (default: UTC)');
}

/**
 * Reads the trace that a user means: a file, or the name of a fetched trace. Says on stderr what was skipped.
 *
 * @throws InputError when the file or a flag cannot be used
 */
export async function readTraceInput(word: string, flags: TraceFlags): Promise<{ trace: Trace; report: TraceReport }> {
  const file = tracePath(word);
  const { columns, skipBadRows = false, timeZone = 'UTC' } = flags;
  const result = await withProgress('read', (tell) =>
    readTrace(file, {
      ...{ skipBadRows, timeZone, columns: columns === undefined ? undefined : parseColumnMap(columns) },
      onProgress: (done, total) => tell(done, total, file),
    }),
  );
  const { badRows, firstBad } = result.report;
  if (badRows > 0) process.stderr.write(`skipped ${badRows} bad rows, the first: ${firstBad ?? ''}\n`);
  return result;
}

/** The path of a file, or of the fetched trace of that name. */
export function tracePath(word: string): string {
  return traceFile(word, dataFolder({ platform: process.platform, home: homedir(), env: process.env }));
}

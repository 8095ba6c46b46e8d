import { Command } from 'commander';

/** The subcommands; each is a file under `trace/`, loaded when it is asked for. */
const SUBCOMMANDS: readonly { readonly name: string; readonly summary: string; load: () => Promise<Command> }[] = [
  {
    name: 'fetch',
    summary: 'download public traces: BurstGPT, Azure, Mooncake',
    load: async () => (await import('./trace/fetch.js')).fetchCommand(),
  },
  {
    name: 'stats',
    summary: 'rates, burstiness, lengths, failures and conversations of a trace',
    load: async () => (await import('./trace/stats.js')).statsCommand(),
  },
  {
    name: 'fit',
    summary: 'a small model of a trace',
    load: async () => (await import('./trace/fit.js')).fitCommand(),
  },
  {
    name: 'generate',
    summary: 'a trace of any length and rate from a model',
    load: async () => (await import('./trace/generate.js')).generateCommand(),
  },
  {
    name: 'convert',
    summary: 'any trace as CSV, JSON lines or Parquet',
    load: async () => (await import('./trace/convert.js')).convertCommand(),
  },
];

/**
 * `foresail trace`: public traces, and what can be said of them.
 *
 * @param args what follows the program's name: tells which subcommand to load
 */
export async function traceCommand(args: readonly string[]): Promise<Command> {
  const trace = new Command('trace')
    .description('Fetches, describes, fits, generates and converts request traces.')
    .addHelpText('after', '\nEvery subcommand prints one JSON document with --json.');
  const wanted = args.slice(args.indexOf('trace') + 1).find((arg) => !arg.startsWith('-'));
  for (const { name, summary, load } of SUBCOMMANDS)
    trace.addCommand((name === wanted ? await load() : new Command(name)).summary(summary));
  return trace;
}

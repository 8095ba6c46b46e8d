import type { Command } from 'commander';

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Imports the command's file, and with it whatever that command needs. */
  readonly load: () => Promise<Command>;
}

/** Every command, in the order in which `--help` lists them. A new command is one file and one line here. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'evaluate',
    summary: 'score forecasters on a trace or a binned series',
    load: async () => (await import('./evaluate.js')).evaluateCommand(),
  },
];

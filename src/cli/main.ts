import { Command, CommanderError } from 'commander';
import { ForesailError, InputError } from '../base/index.js';
import { COMMANDS } from './commands.js';

/**
 * Runs the command line and sets the exit code: 0 done, 1 failed, 2 wrong usage or bad input (one line on stderr says why).
 * Only the command that is asked for is loaded, so that `--help` stays quick.
 *
 * @param args what follows the program's name
 */
export async function main(args: string[]): Promise<void> {
  process.stdout.on('error', leaveWhenNobodyReads);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(); // whoever read the output, such as head, has seen enough
  });
  try {
    const program = await buildProgram(args);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

/** `foresail ... | head` closes our output: that ends the program, and is no error. */
function leaveWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  throw error;
}

async function buildProgram(args: string[]): Promise<Command> {
  const program = new Command('foresail')
    .description('Forecasts the load of a vLLM service and scales its GPUs before the load arrives.')
    .version(await version(), '-V, --version');
  const wanted = args.find((arg) => !arg.startsWith('-'));
  if (wanted !== undefined && !COMMANDS.some(({ name }) => name === wanted))
    throw new InputError(`unknown command "${wanted}" (foresail --help lists the commands)`);
  for (const { name, summary, load } of COMMANDS) {
    const command = name === wanted ? await load(args) : new Command(name);
    program.addCommand(command.summary(summary));
  }
  program.action(() => program.help());
  return makeQuietOnExit(program);
}

function makeQuietOnExit(command: Command): Command {
  command.exitOverride().allowExcessArguments(false);
  command.commands.forEach(makeQuietOnExit);
  return command;
}

async function version(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const { packageFile } = await import('../base/index.js');
  return (JSON.parse(await readFile(packageFile('package.json'), 'utf8')) as { version: string }).version;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed its line
  if (error instanceof InputError) {
    process.stderr.write(`error: ${error.message}\n`);
    return 2;
  }
  if (error instanceof ForesailError) {
    process.stderr.write(`error: ${error.message}\n`);
    return 1;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { InputError } from '../base/index.js';
import { untilEnded } from './emulate.js';
import { oneOf, wholeNumber } from './numbers.js';
import { print, printJson } from './output.js';

interface ServeFlags {
  readonly host: string;
  readonly port: string;
  readonly data?: string;
  readonly tokenFile?: string;
  readonly workers?: string;
  readonly queue: string;
  readonly rateLimit: string;
  readonly maxUpload: string;
  readonly logLevel: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  foresail serve
  foresail serve --port 8080 --data ./what-if --workers 2
  foresail serve --host 0.0.0.0 --token-file tokens.txt

Tokens: one a line in --token-file, or in FORESAIL_TOKENS. Without any it listens on loopback only. Long questions are jobs;
those that wait or run when it stops are taken up at the next start with the same --data.`;

/** `foresail serve`: the what-if service. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Answers what-if questions over HTTP, with a page at / and the documentation at /docs.')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0: any free one', '8080')
    .option('--data <dir>', 'database and uploads (default: foresail/serve in the data folder of the user)')
    .option('--token-file <file>', 'bearer tokens, one a line')
    .option('--workers <n>', 'threads for long questions (default: one fewer than cores)')
    .option('--queue <n>', 'long questions that may wait', '32')
    .option('--rate-limit <n>', 'requests per minute and token', '1200')
    .option('--max-upload <mib>', 'largest trace upload, MiB', '32')
    .option('--log-level <level>', 'debug, info, warn, error or silent', 'info')
    .option('--json', 'print the address as one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: ServeFlags): Promise<void> {
  const { startService } = await import('../api/index.js');
  const { pino } = await import('pino');
  const level = oneOf('--log-level', ['debug', 'info', 'warn', 'error', 'silent'], flags.logLevel);
  const megabytes = wholeNumber('--max-upload', flags.maxUpload, 1, 1024);
  const service = await startService({
    host: flags.host,
    port: wholeNumber('--port', flags.port, 0, 65535),
    dataFolder: flags.data ?? defaultFolder(),
    tokens: await readTokens(flags.tokenFile),
    mostWaiting: wholeNumber('--queue', flags.queue, 0, 10_000),
    requestsPerMinute: wholeNumber('--rate-limit', flags.rateLimit, 1, 1_000_000),
    uploadBytes: megabytes * 2 ** 20,
    unpackedBytes: 3 * megabytes * 2 ** 20,
    ...(flags.workers === undefined ? {} : { jobThreads: wholeNumber('--workers', flags.workers, 1, 256) }),
    log: pino({ level }, pino.destination(2)),
  });
  if (flags.json) printJson('serve', { url: service.url, port: service.port });
  else print(`Foresail at ${service.url} (documentation at ${service.url}/docs)`);
  await untilEnded(service);
}

async function readTokens(file: string | undefined): Promise<string[]> {
  const { parseTokens } = await import('../api/index.js');
  const fromEnvironment = process.env.FORESAIL_TOKENS;
  if (file === undefined) return fromEnvironment === undefined ? [] : parseTokens(fromEnvironment, 'FORESAIL_TOKENS');
  try {
    return parseTokens(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(`--token-file ${file} cannot be read`, { cause });
  }
}

function defaultFolder(): string {
  const base = process.env.XDG_DATA_HOME ?? path.join(homedir(), '.local', 'share');
  return path.join(base, 'foresail', 'serve');
}

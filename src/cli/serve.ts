import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import type { LiveOptions } from '../api/index.js';
import { InputError } from '../base/index.js';
import type { Role } from '../spec/index.js';
import type { PoolSelector } from '../vllm/index.js';
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
  readonly prometheus?: string;
  readonly prometheusTokenFile?: string;
  readonly model?: string;
  readonly servePods?: string;
  readonly prefillPods?: string;
  readonly decodePods?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  foresail serve
  foresail serve --port 8080 --data ./what-if --workers 2
  foresail serve --host 0.0.0.0 --token-file tokens.txt
  foresail serve --prometheus http://prometheus:9090 --model my-model --prefill-pods 'llama-prefill-.*' --decode-pods 'llama-decode-.*'

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
    .option('--prometheus <url>', 'answer for a running service too: the Prometheus that scrapes it')
    .option('--prometheus-token-file <file>', 'bearer token for Prometheus')
    .option('--model <name>', 'the label model_name of the running service')
    .option('--serve-pods <regex>', 'pods of the running service, by the label pod (default: all of the model)')
    .option('--prefill-pods <regex>', 'its prefill pods, by the label pod; with --decode-pods')
    .option('--decode-pods <regex>', 'its decode pods, by the label pod; with --prefill-pods')
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
    live: await readLive(flags),
    log: pino({ level }, pino.destination(2)),
  });
  if (flags.json) printJson('serve', { url: service.url, port: service.port });
  else print(`Foresail at ${service.url} (documentation at ${service.url}/docs)`);
  await untilEnded(service);
}

/** The running service that the flags name; null: none. */
async function readLive(flags: ServeFlags): Promise<LiveOptions | null> {
  const { prometheus, model, prometheusTokenFile, servePods, prefillPods, decodePods } = flags;
  const isSplit = prefillPods !== undefined || decodePods !== undefined;
  if (prometheus === undefined) {
    if ([model, prometheusTokenFile, servePods, prefillPods, decodePods].some((flag) => flag !== undefined))
      throw new InputError(
        '--model, --*-pods and --prometheus-token-file are for a running service: give --prometheus',
      );
    return null;
  }
  if (model === undefined) throw new InputError('--prometheus needs --model: the label model_name of the service');
  if (isSplit && (prefillPods === undefined || decodePods === undefined || servePods !== undefined))
    throw new InputError('give --serve-pods, or --prefill-pods and --decode-pods');
  const { prometheusSource } = await import('../vllm/index.js');
  const token = prometheusTokenFile && (await readText('--prometheus-token-file', prometheusTokenFile)).trim();
  const pool = (role: Role, podPattern?: string): PoolSelector => ({ role, ...(podPattern && { podPattern }) });
  const pools = isSplit ? [pool('prefill', prefillPods), pool('decode', decodePods)] : [pool('serve', servePods)];
  const source = prometheusSource({ url: prometheus, model, pools, ...(token && { auth: { kind: 'bearer', token } }) });
  return { source, model };
}

async function readText(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new InputError(`${flag} ${file} cannot be read`, { cause });
  }
}

async function readTokens(file: string | undefined): Promise<string[]> {
  const { parseTokens } = await import('../api/index.js');
  const fromEnvironment = process.env.FORESAIL_TOKENS;
  if (file === undefined) return fromEnvironment === undefined ? [] : parseTokens(fromEnvironment, 'FORESAIL_TOKENS');
  return parseTokens(await readText('--token-file', file), file);
}

function defaultFolder(): string {
  const base = process.env.XDG_DATA_HOME ?? path.join(homedir(), '.local', 'share');
  return path.join(base, 'foresail', 'serve');
}

import { Command } from 'commander';
import { InputError, parseDuration } from '../base/index.js';
import { DEFAULT_PROFILE, DEFAULT_SCHEDULER, loadProfile } from '../serving/index.js';
import type { Role } from '../spec/index.js';
import {
  endpointUrl,
  NO_FAULTS,
  parseFaults,
  startEmulator,
  startRouter,
  watchEndpoints,
  type Emulator,
  type EmulatorOptions,
  type EndpointLine,
} from '../vllm/index.js';
import { oneOf, positiveNumber, wholeNumber } from './numbers.js';
import { print, printJson } from './output.js';

interface EmulateFlags {
  readonly profile: string;
  readonly role: string;
  readonly host: string;
  readonly port: string;
  readonly model?: string;
  readonly startup?: string;
  readonly fault?: string;
  readonly maxSeqs: string;
  readonly tokenBudget: string;
  readonly responseTokens: string;
  readonly seed: string;
  readonly router?: boolean;
  readonly endpoints?: string;
  readonly serve: readonly string[];
  readonly prefill: readonly string[];
  readonly decode: readonly string[];
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  foresail emulate --profile h100-llama-3.1-8b-bf16 --port 8000
  foresail emulate --role prefill --port 8100 --model meta-llama/Llama-3.1-8B-Instruct --startup 60s
  foresail emulate --fault slow=2,error=0.01,hang=0.001,crash-after=300s
  foresail emulate --router --port 8000 --prefill http://127.0.0.1:8100 --decode http://127.0.0.1:8200
  foresail emulate --router --endpoints replicas.txt     # lines such as: decode http://127.0.0.1:8200

A prompt's tokens are its words (or its token ids). SIGTERM drains: running requests finish, new ones get 503.`;

const ROLES: readonly Role[] = ['serve', 'prefill', 'decode'];

/** `foresail emulate`: a vLLM replica without a GPU, or a router before several. */
export function emulateCommand(): Command {
  const { maxSeqs, tokenBudget } = DEFAULT_SCHEDULER;
  return new Command('emulate')
    .description('Serves like one vLLM replica, without a GPU: its API, its metrics, and the timing of a profile.')
    .option('--profile <name>', 'latency profile of model and GPU, or a .json file', DEFAULT_PROFILE)
    .option('--role <role>', ROLES.join(', '), 'serve')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0: any free one', '8000')
    .option('--model <name>', "the served model's name (default: the profile's)")
    .option('--startup <time>', 'time until it serves, such as 60s (default: none)')
    .option('--fault <faults>', 'what goes wrong: slow, error, hang, crash-after')
    .option('--max-seqs <n>', 'most requests in a batch', String(maxSeqs))
    .option('--token-budget <n>', 'most tokens in a step', String(tokenBudget))
    .option('--response-tokens <n>', 'mean response length where ignore_eos is not set', '200')
    .option('--seed <n>', 'seed of response lengths and faults', '1')
    .option('--router', 'stand before replicas: balance, and hand over from prefill to decode')
    .option('--endpoints <file>', "the router's replicas, a role and a URL a line; followed when it changes")
    .option('--serve <url>', 'a replica behind the router; can be given again', collect, [])
    .option('--prefill <url>', 'a prefill replica behind the router', collect, [])
    .option('--decode <url>', 'a decode replica behind the router', collect, [])
    .option('--json', 'print the address as one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function run(flags: EmulateFlags): Promise<void> {
  if (flags.router) {
    await runRouter(flags);
    return;
  }
  if (flags.endpoints !== undefined || ROLES.some((role) => flags[role].length > 0))
    throw new InputError('--endpoints, --serve, --prefill and --decode go with --router');
  const options = readOptions(flags);
  const emulator = await startEmulator(options);
  const about = { url: emulator.url, port: emulator.port, role: flags.role, profile: options.profile.name };
  if (flags.json) printJson('emulate', about);
  else print(`${options.profile.name} as ${flags.role} at ${emulator.url}`);
  await untilEnded(emulator);
}

async function runRouter(flags: EmulateFlags): Promise<void> {
  const given = ROLES.flatMap((role) => flags[role].map((url) => ({ role, url: endpointUrl(url, `--${role}`) })));
  if (given.length > 0 && flags.endpoints !== undefined)
    throw new InputError('give either --endpoints, or --serve, --prefill and --decode, not both');
  if (given.length === 0 && flags.endpoints === undefined)
    throw new InputError('--router needs --endpoints, or --serve, --prefill and --decode');
  let endpoints: readonly EndpointLine[] = given;
  let update = (lines: readonly EndpointLine[]): void => {
    endpoints = lines;
  };
  const stopWatching =
    flags.endpoints === undefined
      ? () => undefined
      : watchEndpoints(
          flags.endpoints,
          (lines) => update(lines),
          (message) => process.stderr.write(`kept the last endpoints: ${message}\n`),
        );
  try {
    const port = wholeNumber('--port', flags.port, 0, 65535);
    const router = await startRouter({ endpoints, host: flags.host, port });
    update = router.update;
    if (flags.json) printJson('emulate', { url: router.url, port: router.port, role: 'router' });
    else print(`router at ${router.url}, ${endpoints.length} endpoints`);
    await untilEnded(router);
  } finally {
    stopWatching();
  }
}

/**
 * Waits for a server's end. SIGTERM and SIGINT drain it; the second one stops it at once. A crash ends the process with code 1.
 */
export async function untilEnded(server: Pick<Emulator, 'ended' | 'drain' | 'close'>): Promise<void> {
  let isDraining = false;
  const stop = (): void => {
    if (isDraining) server.close();
    else server.drain();
    isDraining = true;
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const why = await server.ended;
  process.off('SIGTERM', stop).off('SIGINT', stop);
  if (why !== 'crashed') return;
  process.stderr.write('injected fault: crash\n');
  process.exitCode = 1;
}

function readOptions(flags: EmulateFlags): EmulatorOptions & Required<Pick<EmulatorOptions, 'profile'>> {
  const maxSeqs = wholeNumber('--max-seqs', flags.maxSeqs, 1, 65536);
  const tokenBudget = wholeNumber('--token-budget', flags.tokenBudget, 1, 2 ** 20);
  if (tokenBudget < maxSeqs)
    throw new InputError(`--token-budget must be at least --max-seqs (${maxSeqs}), got ${tokenBudget}`);
  return {
    profile: loadProfile(flags.profile),
    role: oneOf('--role', ROLES, flags.role),
    host: flags.host,
    port: wholeNumber('--port', flags.port, 0, 65535),
    ...(flags.model === undefined ? {} : { modelName: flags.model }),
    startupSeconds: flags.startup === undefined ? 0 : parseDuration(flags.startup, '--startup'),
    faults: flags.fault === undefined ? NO_FAULTS : parseFaults(flags.fault),
    scheduler: { maxSeqs, tokenBudget },
    responseTokens: positiveNumber('--response-tokens', flags.responseTokens),
    seed: wholeNumber('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER),
  };
}

import type { Command } from 'commander';
import { InputError, parseDuration } from '../base/index.js';
import {
  checkCounts,
  checkTensorParallel,
  DEFAULT_PROFILE,
  DEFAULT_SCHEDULER,
  loadProfile,
  SCHEDULING_POLICIES,
  withKvDtype,
  type FirstToken,
  type LatencyProfile,
  type Routing,
  type StaticDeployment,
} from '../serving/index.js';
import { oneOf, positiveNumber, wholeNumber } from './numbers.js';
import { parseSlo, type InstanceCounts, type Role, type Slo } from '../spec/index.js';

/** The flags that `simulate`, `goodput` and `plan` share, as commander gives them. */
export interface ServingFlags {
  readonly profile: string;
  readonly gpus?: string;
  readonly serve?: string;
  readonly prefill?: string;
  readonly decode?: string;
  readonly slo: string;
  readonly rate?: string;
  readonly firstToken: string;
  readonly routing: string;
  readonly maxSeqs: string;
  readonly tokenBudget: string;
  readonly policy: string;
  readonly prefixHitRate: string;
  readonly timeout?: string;
  readonly kvDtype?: string;
  readonly tensorParallel?: string;
}

/** What those flags say. */
export interface ServingChoice {
  /** Instances by role; null where the flags leave it open. */
  readonly counts: InstanceCounts | null;
  /** Instances in all; null where the flags leave it open. */
  readonly instances: number | null;
  readonly slo: Slo;
  /** Requests per second; null where not given. */
  readonly rate: number | null;
  /** All of a deployment but its counts. */
  readonly deployment: Omit<StaticDeployment, 'counts'>;
}

/** The SLO unless told otherwise. */
export const DEFAULT_SLO = 'ttft=2s,tpot=50ms';

const MOST_INSTANCES = 1024;
const FIRST_TOKENS: readonly FirstToken[] = ['decode', 'prefill'];
const ROUTINGS: readonly Routing[] = ['least-loaded', 'shortest-queue', 'round-robin'];

/** Adds the flags to a command. */
export function addServingOptions(command: Command): Command {
  const { maxSeqs, tokenBudget } = DEFAULT_SCHEDULER;
  return command
    .option('--profile <name>', 'latency profile of model and GPU, or a .json file', DEFAULT_PROFILE)
    .option('--gpus <n>', 'GPUs in all: one for each instance, or as many as the tensor parallel degree of the profile')
    .option('--serve <n>', 'colocated instances, which do prefill and decode')
    .option('--prefill <n>', 'prefill instances (with --decode)')
    .option('--decode <n>', 'decode instances (with --prefill)')
    .option(
      '--slo <bounds>',
      'bounds of ttft, tpot, e2e, and the share that must meet them (attainment=0.9)',
      DEFAULT_SLO,
    )
    .option('--rate <r>', 'requests per second')
    .option('--first-token <role>', `which pool makes the first token: ${FIRST_TOKENS.join(' or ')}`, 'decode')
    .option('--routing <policy>', ROUTINGS.join(', '), 'least-loaded')
    .option('--max-seqs <n>', 'most requests in a batch', String(maxSeqs))
    .option('--token-budget <n>', 'most tokens in a step', String(tokenBudget))
    .option('--policy <name>', `who is served first: ${SCHEDULING_POLICIES.join(', ')}`, 'fcfs')
    .option('--prefix-hit-rate <share>', 'share of each prompt that the prefix cache has', '0')
    .option('--timeout <time>', 'longest time from arrival to first token before a request fails, such as 60s')
    .option('--kv-dtype <format>', 'number format of the KV cache: bf16 or fp8 (default: that of the profile)')
    .option('--tensor-parallel <n>', 'GPUs of one instance; refused unless the profile was measured so');
}

/**
 * Reads the flags.
 *
 * @throws InputError naming the flag at fault
 */
export function readServingOptions(flags: ServingFlags): ServingChoice {
  const profile = readProfileFlags(flags);
  const counts = readCounts(flags);
  const maxSeqs = wholeNumber('--max-seqs', flags.maxSeqs, 1, 65536);
  const tokenBudget = wholeNumber('--token-budget', flags.tokenBudget, 1, 2 ** 20);
  if (tokenBudget < maxSeqs)
    throw new InputError(`--token-budget must be at least --max-seqs (${maxSeqs}), got ${tokenBudget}`);
  return {
    counts,
    instances: readInstances(flags, counts, profile),
    slo: parseSlo(flags.slo),
    rate: flags.rate === undefined ? null : positiveNumber('--rate', flags.rate),
    deployment: {
      profile,
      firstToken: oneOf('--first-token', FIRST_TOKENS, flags.firstToken),
      routing: oneOf('--routing', ROUTINGS, flags.routing),
      maxSeqs,
      tokenBudget,
      policy: oneOf('--policy', SCHEDULING_POLICIES, flags.policy),
      prefixHitRate: readShare('--prefix-hit-rate', flags.prefixHitRate),
      ...(flags.timeout === undefined ? {} : { timeoutSeconds: parseDuration(flags.timeout, '--timeout') }),
    },
  };
}

/** Instances in all: those of `--gpus`, which must be those of the counts where both are given. */
function readInstances(flags: ServingFlags, counts: InstanceCounts | null, profile: LatencyProfile): number | null {
  const { name, tensorParallel: each = 1 } = profile;
  const instances = counts && Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (flags.gpus === undefined) return instances;
  const gpus = wholeNumber('--gpus', flags.gpus, 1, MOST_INSTANCES);
  if (instances !== null && gpus !== instances * each)
    throw new InputError(`--gpus is ${gpus}, but the instances take ${instances * each} GPUs: give one of both`);
  if (gpus % each !== 0)
    throw new InputError(`--gpus must be a multiple of ${each}, the GPUs of one instance with ${name}, got ${gpus}`);
  return gpus / each;
}

function readShare(flag: string, text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new InputError(`${flag} must be a number from 0 to 1, got "${text}"`);
}

function readProfileFlags(flags: ServingFlags): LatencyProfile {
  const profile = loadProfile(flags.profile);
  if (flags.tensorParallel !== undefined)
    checkTensorParallel(profile, wholeNumber('--tensor-parallel', flags.tensorParallel, 1, 1024));
  if (flags.kvDtype === undefined) return profile;
  return withKvDtype(profile, oneOf('--kv-dtype', ['bf16', 'fp8'] as const, flags.kvDtype));
}

function readCounts(flags: ServingFlags): InstanceCounts | null {
  const counts: Partial<Record<Role, number>> = {};
  for (const role of ['serve', 'prefill', 'decode'] as const)
    if (flags[role] !== undefined) counts[role] = wholeNumber(`--${role}`, flags[role], 1, MOST_INSTANCES);
  if (Object.keys(counts).length === 0) return null;
  if (counts.serve !== undefined && (counts.prefill !== undefined || counts.decode !== undefined))
    throw new InputError('give either --serve, or --prefill and --decode, not both');
  if (counts.serve === undefined && (counts.prefill === undefined || counts.decode === undefined))
    throw new InputError(
      `--${counts.prefill === undefined ? 'decode' : 'prefill'} needs --${counts.prefill === undefined ? 'prefill' : 'decode'} beside it`,
    );
  checkCounts(counts);
  return counts;
}

/** `8 serve`, or `2 prefill + 6 decode`. */
export function formatCounts({ serve, prefill, decode }: InstanceCounts): string {
  return serve !== undefined ? `${serve} serve` : `${prefill ?? 0} prefill + ${decode ?? 0} decode`;
}

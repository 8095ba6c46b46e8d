import type { Command } from 'commander';
import { InputError, parseDuration } from '../../base/index.js';
import {
  PROFILE_DEFAULTS,
  withKvDtype,
  type KvDtype,
  type LatencyProfile,
  type ProfileParameters,
} from '../../serving/index.js';
import { oneOf, positiveNumber, wholeNumber } from '../numbers.js';

/** The flags that say of a profile what step times do not tell. */
export interface ParameterFlags {
  readonly name?: string;
  readonly kvBytesPerToken: string;
  readonly kvTokens: string;
  readonly kvDtype: string;
  readonly maxModelTokens: string;
  readonly stepOverhead: string;
  readonly transferBandwidth: string;
  readonly transferLatency: string;
  readonly launchTime: string;
  readonly tensorParallel: string;
}

/** Adds those flags to a command; their defaults are those of Llama-3.1-8B on one H100, and `PROFILE_DEFAULTS`. */
export function addParameterOptions(command: Command): Command {
  const { stepOverhead, maxModelTokens, transferBytesPerSecond, transferLatency } = PROFILE_DEFAULTS;
  return command
    .option('--name <name>', 'name of the profile (default: that of the file)')
    .option('--kv-bytes-per-token <n>', 'bytes of KV cache per token in bf16 (default: Llama-3.1-8B)', '131072')
    .option(
      '--kv-tokens <n>',
      'tokens that the KV cache holds in bf16 (default: that model on an 80 GB H100)',
      '445968',
    )
    .option('--kv-dtype <format>', 'bf16, or fp8: half the bytes, twice the tokens', 'bf16')
    .option('--max-model-tokens <n>', 'most tokens of one request', String(maxModelTokens))
    .option(
      '--step-overhead <time>',
      'what the engine adds to each step (step points only)',
      `${stepOverhead * 1000}ms`,
    )
    .option('--transfer-bandwidth <n>', 'bytes per second of a KV transfer', String(transferBytesPerSecond))
    .option('--transfer-latency <time>', 'fixed part of a KV transfer', `${transferLatency * 1000}ms`)
    .option('--launch-time <times>', 'median and 90th percentile of the launch time', '60s,120s')
    .option('--tensor-parallel <n>', 'GPUs over which the model was split when it was measured', '1');
}

/**
 * Reads those flags.
 *
 * @throws InputError naming the flag at fault
 */
export function readParameters(flags: ParameterFlags, file: string): ProfileParameters {
  const [median, p90, ...more] = flags.launchTime.split(',').map((text) => parseDuration(text, '--launch-time'));
  if (median === undefined || p90 === undefined || more.length > 0 || !(p90 >= median && median > 0))
    throw new InputError(
      `--launch-time must be a median and a P90 no less than it, such as 60s,120s, got "${flags.launchTime}"`,
    );
  const count = (flag: string, text: string): number => wholeNumber(flag, text, 1, Number.MAX_SAFE_INTEGER);
  const parameters = {
    name: flags.name ?? file.replace(/^.*[/\\]/, '').replace(/\.[a-z]+$/, ''),
    kvBytesPerToken: count('--kv-bytes-per-token', flags.kvBytesPerToken),
    kvTokensCapacity: count('--kv-tokens', flags.kvTokens),
    maxModelTokens: count('--max-model-tokens', flags.maxModelTokens),
    stepOverhead: parseDuration(flags.stepOverhead, '--step-overhead'),
    transferBytesPerSecond: positiveNumber('--transfer-bandwidth', flags.transferBandwidth),
    transferLatency: parseDuration(flags.transferLatency, '--transfer-latency'),
    launchTime: { median, p90 },
    tensorParallel: count('--tensor-parallel', flags.tensorParallel),
  };
  const kvDtype: KvDtype = oneOf('--kv-dtype', ['bf16', 'fp8'], flags.kvDtype);
  return kvDtype === 'bf16' ? parameters : withKvDtype(parameters as unknown as LatencyProfile, kvDtype);
}

import { Command } from 'commander';
import { InputError, UpstreamError } from '../../base/index.js';
import { errorsByPhase, fitProfile, leaveOutErrors, type PhaseErrors, type ProfilePoint } from '../../serving/index.js';
import { sweepEndpoint, type SweepPlan, type SweepResult } from '../../vllm/index.js';
import { listOf, wholeNumber } from '../numbers.js';
import { formatCount, formatNumber, formatTable, print, printJson, writeText } from '../output.js';
import { withProgress } from '../progress.js';
import { addParameterOptions, readParameters, type ParameterFlags } from './parameters.js';

interface MeasureFlags extends ParameterFlags {
  readonly url: string;
  readonly model?: string;
  readonly batches: string;
  readonly prompts: string;
  readonly repeats: string;
  readonly outputTokens: string;
  readonly points: string;
  readonly log: string;
  readonly out: string;
  readonly json?: boolean;
}

const EXAMPLES = `
The engine must be idle but for the sweep. Step times are those that a client sees: the engine's overhead is in them.

Example:
  foresail profile measure --url http://localhost:8000 --name my-gpu --kv-tokens 400000`;

/** `foresail profile measure --url URL`: sweeps a running vLLM endpoint and fits a profile from it. */
export function profileMeasureCommand(): Command {
  const command = new Command('measure').requiredOption('--url <url>', 'a running vLLM server');
  return addParameterOptions(command)
    .description('Times the steps of a running vLLM engine from outside, and fits a latency profile to them.')
    .option('--model <name>', "the served model's name (default: the first of /v1/models)")
    .option('--batches <list>', 'decode batches', '1,4,16,32,64')
    .option('--prompts <list>', 'prompt lengths, none longer than the token budget', '16,64,128,256,512,1024,2048')
    .option('--repeats <n>', 'times that each prompt is measured', '7')
    .option('--output-tokens <n>', 'tokens of each response while decoding is timed', '64')
    .option('--points <file>', 'where the measured steps go', 'profile-points.csv')
    .option('--log <file>', 'where the log of all requests goes', 'profile-requests.csv')
    .option('--out <file>', 'where the profile goes, for --profile of other commands', 'profile.json')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: MeasureFlags): Promise<void> {
  const plan = readPlan(flags);
  const { name, ...parameters } = readParameters(flags, 'measured');
  const model = flags.model ?? (await firstModel(flags.url));
  const swept = await withProgress('sweep', (tell) =>
    sweepEndpoint({ url: flags.url, model }, plan, (done, total) => tell(done, total, 'steps')),
  );
  await writeText(flags.points, pointsCsv(swept.points));
  await writeText(flags.log, logCsv(swept));
  const all = { ...parameters, name, stepOverhead: 0 };
  const profile = fitProfile(swept.points, all);
  await writeText(flags.out, `${JSON.stringify(profile, null, 2)}\n`);
  const errors = { leaveOut: leaveOutErrors(swept.points, all), fitErrors: errorsByPhase(profile, swept.points) };
  if (flags.json) printJson('profile-measure', { model, points: swept.points, ...errors, profile });
  else printForPeople(swept, errors, flags);
}

function readPlan(flags: MeasureFlags): SweepPlan {
  const list = (flag: string, text: string, least: number, most: number): number[] => {
    const values = [...new Set(listOf(text).map((part) => wholeNumber(flag, part, 1, 2 ** 17)))].sort((a, b) => a - b);
    if (values.length < least || values.length > most)
      throw new InputError(`${flag} must list ${least} to ${most} different numbers, got "${text}"`);
    return values;
  };
  return {
    batches: list('--batches', flags.batches, 2, 32),
    prompts: list('--prompts', flags.prompts, 6, 32),
    repeats: wholeNumber('--repeats', flags.repeats, 1, 1000),
    outputTokens: wholeNumber('--output-tokens', flags.outputTokens, 16, 4096),
  };
}

async function firstModel(url: string): Promise<string | null> {
  let answer: unknown;
  try {
    answer = await (await fetch(new URL('/v1/models', url))).json();
  } catch (cause) {
    if (cause instanceof TypeError && !URL.canParse(url))
      throw new InputError(`--url must be an http address, got "${url}"`, { cause });
    throw new UpstreamError(`${url}: /v1/models does not answer`, { cause });
  }
  return (answer as { data?: { id?: string }[] }).data?.[0]?.id ?? null;
}

function pointsCsv(points: readonly ProfilePoint[]): string {
  const rows = points.map(({ phase, batch, newTokens, contextTokens, seconds, chunkContextTokens }) =>
    [phase, batch, newTokens, contextTokens, (seconds * 1000).toFixed(4), chunkContextTokens].join(','),
  );
  return `phase,batch,new_tokens_per_seq,context_tokens_per_seq,median_ms,chunk_context_tokens\n${rows.join('\n')}\n`;
}

function logCsv({ requests }: SweepResult): string {
  const first = Math.min(...requests.map(({ sentAt }) => sentAt));
  const milliseconds = (seconds: number): string => (seconds * 1000).toFixed(3);
  const rows = [...requests]
    .sort((a, b) => a.sentAt - b.sentAt)
    .map(({ sentAt, promptTokens, tokenAt }) =>
      [
        milliseconds(sentAt - first),
        promptTokens,
        tokenAt.length,
        milliseconds(tokenAt[0]! - sentAt),
        milliseconds(tokenAt.at(-1)! - sentAt),
      ].join(','),
    );
  return `arrival_ms,prompt_tokens,output_tokens,ttft_ms,e2e_ms\n${rows.join('\n')}\n`;
}

function printForPeople(
  { points, requests, roundTripSeconds }: SweepResult,
  { leaveOut, fitErrors }: Record<'leaveOut' | 'fitErrors', PhaseErrors>,
  flags: MeasureFlags,
): void {
  print(
    `${points.length} steps from ${formatCount(requests.length)} requests; way there and back ${formatNumber(roundTripSeconds * 1000, 2)} ms`,
  );
  const row = (name: string, { decode, prefill, mixed }: PhaseErrors): string[] => [
    name,
    ...[decode, prefill, mixed].map((value) => formatNumber(value === null ? null : value * 100, 2)),
  ];
  const rows = [row('left out of the fit', leaveOut), row('fitted', fitErrors)];
  print(formatTable(['mean error in %', 'decode', 'prefill', 'mixed'], rows));
  print(`wrote ${flags.out}, ${flags.points} and ${flags.log}`);
}

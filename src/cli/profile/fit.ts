import { Command } from 'commander';
import { InputError } from '../../base/index.js';
import { isRequestLog } from '../../serving/index.js';
import { readText } from '../input-file.js';
import { printJson, writeText } from '../output.js';
import { fitLog, printLogFit } from './fit-log.js';
import { fitPoints, printPointsFit } from './fit-points.js';
import { addParameterOptions, readParameters, type ParameterFlags } from './parameters.js';

/** The flags of `foresail profile fit`. */
export interface FitFlags extends ParameterFlags {
  readonly check?: string;
  readonly case?: string;
  readonly maxSeqs?: string;
  readonly tokenBudget?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
FILE is one of
  measured steps   CSV: phase,batch,new_tokens_per_seq,context_tokens_per_seq,median_ms (data/profiles/README.md)
  a request log    CSV: arrival_ms,prompt_tokens,output_tokens,ttft_ms,e2e_ms, of one engine
  measured cases   JSON with such logs by name: --case says which

Examples:
  foresail profile fit data/profiles/h100-llama-3.1-8b-bf16.csv --json
  foresail profile fit points.csv --check others.csv --out my-gpu.json
  foresail profile fit requests.csv --max-seqs 128 --out my-gpu.json && foresail simulate trace.csv --profile my-gpu.json`;

/** `foresail profile fit FILE`: step times from measurements, with their errors on what was left out. */
export function profileFitCommand(): Command {
  const command = new Command('fit').argument('<file>', 'measured steps (CSV), or requests (CSV or JSON)');
  return addParameterOptions(command)
    .description('Fits a latency profile to measured model steps, or to requests measured on a running engine.')
    .option('--check <file>', 'measurements that the profile is not fitted on: their error is printed')
    .option('--case <name>', 'the case of a JSON document of measured requests')
    .option('--max-seqs <n>', 'most requests in a batch of the engine that was measured (request logs)')
    .option('--token-budget <n>', 'most tokens in a step of that engine (request logs)')
    .option('--out <file>', 'where to write the profile, for --profile of other commands')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(file: string, flags: FitFlags): Promise<void> {
  const parameters = readParameters(flags, file);
  const text = readText(file);
  if (isJson(text) || isRequestLog(text)) {
    const found = fitLog(file, text, parameters, flags);
    await writeProfile(flags, found.profile);
    if (flags.json) printJson('profile-fit', found);
    else printLogFit(found);
    return;
  }
  refuseLogFlags(file, flags);
  const found = fitPoints(
    file,
    text,
    parameters,
    flags.check === undefined ? null : [flags.check, readText(flags.check)],
  );
  await writeProfile(flags, found.profile);
  if (flags.json) printJson('profile-fit', found);
  else printPointsFit(found);
}

/** Whether a text is a JSON document rather than CSV. */
export function isJson(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** Measured steps have no cases, and no batch limits beside the batches that were measured. */
function refuseLogFlags(file: string, flags: FitFlags): void {
  const given = { '--case': flags.case, '--max-seqs': flags.maxSeqs, '--token-budget': flags.tokenBudget };
  for (const [flag, value] of Object.entries(given))
    if (value !== undefined) throw new InputError(`${flag} is for logs of requests; ${file} has measured steps`);
}

async function writeProfile({ out }: FitFlags, profile: object): Promise<void> {
  if (out !== undefined) await writeText(out, `${JSON.stringify(profile, null, 2)}\n`);
}

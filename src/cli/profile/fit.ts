import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { InputError } from '../../base/index.js';
import { isRequestLog } from '../../serving/index.js';
import { printJson } from '../output.js';
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

function run(file: string, flags: FitFlags): void {
  const parameters = readParameters(flags, file);
  const text = readText(file);
  if (isJson(text) || isRequestLog(text)) {
    const found = fitLog(file, text, parameters, flags);
    writeProfile(flags, found.profile);
    if (flags.json) printJson('profile-fit', found);
    else printLogFit(found);
    return;
  }
  const found = fitPoints(
    file,
    text,
    parameters,
    flags.check === undefined ? null : [flags.check, readText(flags.check)],
  );
  writeProfile(flags, found.profile);
  if (flags.json) printJson('profile-fit', found);
  else printPointsFit(found);
}

/** Reads a file, or says in one line that it is not there. */
export function readText(file: string): string {
  if (!existsSync(file)) throw new InputError(`${file}: no such file`);
  return readFileSync(file, 'utf8');
}

/** Whether a text is a JSON document rather than CSV. */
export function isJson(text: string): boolean {
  return text.trimStart().startsWith('{');
}

function writeProfile({ out }: FitFlags, profile: object): void {
  if (out !== undefined) writeFileSync(out, `${JSON.stringify(profile, null, 2)}\n`);
}

import path from 'node:path';
import { Command } from 'commander';
import { InputError } from '../../base/index.js';
import {
  BUILT_IN_MODELS,
  generatedNames,
  generateTrace,
  generateWindows,
  meanRateOf,
  parseSequence,
  readModel,
  traceFileKind,
  withExponent,
  withGivenLaws,
  withoutSessions,
  writeRows,
  writeTrace,
  type GenerateOptions,
  type GeneratorModel,
  type Sequence,
  type WriteOptions,
  type WrittenRow,
} from '../../trace/index.js';
import { oneOf, positiveNumber, wholeNumber } from '../numbers.js';
import { formatCount, formatNumber, print, printJson } from '../output.js';
import { withProgress, type ReportProgress } from '../progress.js';
import { addServingOptions, type ServingFlags } from '../serving-options.js';

interface GenerateFlags extends ServingFlags {
  readonly model: string;
  readonly days: string;
  readonly seed: string;
  readonly out: string;
  readonly alpha?: string;
  readonly beta?: string;
  readonly theta?: string;
  readonly sessions: boolean;
  readonly layout: string;
  readonly decimals: string;
  readonly targetKv?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
--alpha, --beta and --theta take a number, linear:FROM,TO, quadratic:START,MIDDLE,END or stepped:A,B,C. With --alpha or --beta,
requests come in one stream with those laws (the paper's Modelled Scaling), the other one being 0.5 or 2 unless given.
β is the scale of the Gamma law here: the mean gap is α x β seconds.

Examples:
  foresail trace generate --days 28 --rate 0.5 --seed 3 --out month.csv
  foresail trace generate --model model.json --days 7 --out again.parquet
  foresail trace generate --alpha linear:1,0.2 --beta 2 --theta 1.1 --days 0.1 --out bursty.csv
  foresail trace generate --alpha 0.5 --theta 1.1 --target-kv 0.35 --serve 1 --days 0.1 --out warm.csv
  foresail trace generate --model maf --days 1 --out steady.csv`;

/** The paper's initial values. @source BurstGPT 5 */
const DEFAULT_ALPHA: Sequence = { kind: 'stepped', values: [0.5] };
const DEFAULT_BETA: Sequence = { kind: 'stepped', values: [2] };

/** `foresail trace generate`: draws a trace of any length and rate from a model, or with given laws. */
export function generateCommand(): Command {
  const command = new Command('generate')
    .description('Generates a trace from a model: Gamma arrivals in windows of 20 minutes, Zipf request lengths.')
    .option('--model <model>', `a file of trace fit, or ${Object.keys(BUILT_IN_MODELS).join(', ')}`, 'burstgpt')
    .option('--days <n>', 'length', '7')
    .option('--seed <n>', 'the same seed gives the same trace', '1')
    .requiredOption('--out <file>', 'where it goes: .csv, .jsonl (both also .gz) or .parquet')
    .option('--alpha <course>', 'Gamma shape of gaps')
    .option('--beta <course>', 'Gamma scale of gaps, seconds')
    .option('--theta <course>', 'Zipf exponent of request lengths')
    .option('--target-kv <share>', 'change β until the simulated deployment uses this share of its KV cache')
    .option('--no-sessions', 'no conversations of several requests')
    .option('--layout <name>', 'layout of CSV: burstgpt or plain', 'burstgpt')
    .option('--decimals <n>', 'digits of a second in the burstgpt layout; 0 as BurstGPT itself', '6')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES);
  const withServing = addServingOptions(command);
  withServing.options.find(({ long }) => long === '--rate')!.description =
    'requests per second to aim for, in the mean over a week';
  return withServing.action(run);
}

async function run(flags: GenerateFlags): Promise<void> {
  const kind = traceFileKind(flags.out);
  const days = positiveNumber('--days', flags.days);
  const seed = wholeNumber('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const model = await modelOf(flags, days);
  const asked = flags.rate === undefined ? undefined : positiveNumber('--rate', flags.rate);
  if (asked !== undefined && flags.targetKv !== undefined)
    throw new InputError('give --rate or --target-kv, not both: the KV use sets the rate');
  if (!(meanRateOf(model) > 0)) throw new InputError(`--model ${flags.model}: makes no requests`);
  const found = await kvRate(model, { days, seed }, flags);
  const options = { days, seed, meanRate: asked ?? found?.meanRate };
  const write: WriteOptions = {
    layout: oneOf('--layout', ['burstgpt', 'plain'], flags.layout),
    decimals: wholeNumber('--decimals', flags.decimals, 0, 9),
  };
  const tally = await withProgress('generate', (tell) =>
    kind === 'parquet' ? writeWhole(flags.out, model, options) : writeStream(flags.out, model, options, write, tell),
  );
  const meanRate = tally.requests / (days * 86400);
  const laws = describeLaws(model, options);
  const document = { ...tally, days, seed, model: model.name, meanRate, ...laws, ...(found ? { kv: found } : {}) };
  if (flags.json === true) printJson('trace-generate', { ...document, file: path.resolve(flags.out) });
  else {
    print(
      `${flags.out}: ${formatCount(tally.requests)} requests, ${formatCount(tally.failed)} failed, over ${days} days (${formatNumber(meanRate, 4)} a second), from ${model.name}`,
    );
    if (found)
      print(
        `KV use ${formatNumber(found.kvUse * 100, 1)} % at ${formatNumber(found.meanRate, 4)} requests a second` +
          (laws.beta === undefined ? '' : `, β ${formatNumber(laws.beta, 4)} s at the start`),
      );
  }
}

async function modelOf(flags: GenerateFlags, days: number): Promise<GeneratorModel> {
  const own = await readModel(flags.model);
  const model = flags.sessions ? own : withoutSessions(own);
  const course = (what: 'alpha' | 'beta' | 'theta'): Sequence | null =>
    flags[what] === undefined ? null : parseSequence(`--${what}`, flags[what]);
  const [alpha, beta, theta] = [course('alpha'), course('beta'), course('theta')];
  if (alpha || beta)
    return withGivenLaws(model, { alpha: alpha ?? DEFAULT_ALPHA, beta: beta ?? DEFAULT_BETA, theta }, days);
  if (!theta) return model;
  if (theta.values.length === 1) return withExponent(model, theta.values[0]!);
  throw new InputError('--theta changes over time only together with --alpha or --beta');
}

/** The mean rate at which the deployment of the flags uses the wanted share of its KV cache; null where none is wanted. */
async function kvRate(
  model: GeneratorModel,
  options: GenerateOptions,
  flags: GenerateFlags,
): Promise<{ meanRate: number; kvUse: number } | null> {
  if (flags.targetKv === undefined) return null;
  const target = positiveNumber('--target-kv', flags.targetKv);
  if (target >= 1) throw new InputError(`--target-kv must be a share below 1, got "${flags.targetKv}"`);
  const { rateForKvUse } = await import('./target-kv.js');
  const { readServingOptions } = await import('../serving-options.js');
  const choice = readServingOptions(flags);
  return withProgress('find β', (tell) => rateForKvUse(model, options, choice, target, tell));
}

/** β as it was drawn with, where it was given. */
function describeLaws(model: GeneratorModel, { meanRate }: GenerateOptions): { alpha?: number; beta?: number } {
  const windows = model.services.length === 1 ? model.services[0]!.windows : null;
  const scale = windows?.scaleSeconds[0];
  if (!windows || scale === null || scale === undefined) return {};
  const factor = meanRate === undefined ? 1 : meanRate / meanRateOf(model);
  return { alpha: windows.shape[0]!, beta: scale / factor };
}

interface Tally {
  readonly requests: number;
  readonly failed: number;
}

async function writeWhole(file: string, model: GeneratorModel, options: GenerateOptions): Promise<Tally> {
  const trace = generateTrace(model, options);
  await writeTrace(file, trace);
  return { requests: trace.arrival.length, failed: trace.outputTokens.filter((tokens) => tokens === 0).length };
}

async function writeStream(
  file: string,
  model: GeneratorModel,
  options: GenerateOptions,
  write: WriteOptions,
  tell: ReportProgress,
): Promise<Tally> {
  const tally = { requests: 0, failed: 0 };
  const { modelNames, serviceNames } = generatedNames(model);
  function* rows(): Generator<WrittenRow> {
    for (const requests of generateWindows(model, options)) {
      for (const request of requests) {
        tally.requests++;
        if (request.outputTokens === 0) tally.failed++;
        const names = { model: modelNames[request.model]!, service: serviceNames[request.service]! };
        yield { ...request, ...names, elapsed: NaN };
      }
      const last = requests.at(-1);
      if (last) tell(last.at, options.days * 86400, `${formatCount(tally.requests)} requests`);
    }
  }
  const hasSessions = model.services.some(({ sessions }) => sessions !== null);
  await writeRows(file, { rows: rows(), startEpochSeconds: null, hasSessions }, write);
  return tally;
}

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { InputError } from '../../base/index.js';
import { filterTrace, fitModel, meanRateOf, modelText, type GeneratorModel, type Trace } from '../../trace/index.js';
import { oneOf } from '../numbers.js';
import { formatCount, formatNumber, formatTable, print, printJson } from '../output.js';
import { readTraceInput, traceOptions, type TraceFlags } from '../trace-input.js';

interface FitFlags extends TraceFlags {
  readonly out: string;
  readonly service?: string;
  readonly keepCourse?: boolean;
  readonly firstWeekday?: string;
  readonly json?: boolean;
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const EXAMPLES = `
Examples:
  foresail trace fit BurstGPT_1.csv --out model.json
  foresail trace fit requests.csv --keep-course --out course.json && foresail trace generate --model course.json --out again.csv`;

/** `foresail trace fit FILE`: a small model of a trace, from which `trace generate` draws more like it. */
export function fitCommand(): Command {
  return traceOptions(new Command('fit').argument('<file>', 'request trace, or the name of a fetched one'))
    .description('Fits a model of a trace: profile, Gamma windows, regimes, lengths, failures, conversations.')
    .requiredOption('--out <file>', 'where the model goes, JSON')
    .option('--service <name>', 'only requests of this service')
    .option('--keep-course', 'keep α and β of every 20 minutes, so that generated traces follow the course of this one')
    .option(
      '--first-weekday <day>',
      `weekday of day 0 where the file has no dates: ${WEEKDAYS.join(', ')} (default: wed for BurstGPT, else mon)`,
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(file: string, flags: FitFlags): Promise<void> {
  const { trace, report } = await readTraceInput(file, flags);
  const part = filterTrace(trace, { service: flags.service });
  const firstWeekday = weekdayOf(part, flags, report.format === 'burstgpt' ? 'wed' : 'mon');
  const model = fitModel(part, { name: path.basename(file), firstWeekday, keepsCourse: flags.keepCourse ?? false });
  const text = modelText(model);
  try {
    await writeFile(flags.out, text);
  } catch (cause) {
    throw new InputError(`--out: cannot write ${flags.out}`, { cause });
  }
  if (flags.json === true) printJson('trace-fit', { model, file: path.resolve(flags.out), bytes: text.length });
  else printModel(model, flags.out, text.length);
}

function weekdayOf(trace: Trace, { firstWeekday }: FitFlags, otherwise: (typeof WEEKDAYS)[number]): number {
  if (firstWeekday !== undefined) return WEEKDAYS.indexOf(oneOf('--first-weekday', WEEKDAYS, firstWeekday));
  if (trace.startEpochSeconds === null) return WEEKDAYS.indexOf(otherwise);
  const short = new Intl.DateTimeFormat('en-GB', { timeZone: trace.timeZone, weekday: 'short' });
  return WEEKDAYS.findIndex((day) => day === short.format(trace.startEpochSeconds! * 1000).toLowerCase());
}

function printModel(model: GeneratorModel, file: string, bytes: number): void {
  const rows = model.services.flatMap((service) =>
    service.models.map(({ name, share, failureRate, prompt }) => [
      ...[service.name, name, formatNumber(share * 100, 1), formatNumber(failureRate * 100, 2)],
      ...[formatNumber(prompt.exponent, 3), formatCount(prompt.least), formatCount(prompt.most)],
    ]),
  );
  print(formatTable(['service', 'model', 'share, %', 'failures, %', 'θ', 'shortest', 'longest'], rows));
  print();
  const services = model.services.map(({ name, burstiness, wander, bursts, sessions }) => [
    ...[name, formatNumber(burstiness.median, 2), formatNumber(burstiness.logDeviation, 2)],
    ...[formatNumber(wander.logDeviation, 2), formatNumber(bursts?.perDay, 2), formatNumber(bursts?.hours.median, 1)],
    formatNumber(sessions?.meanOfOthers, 2),
  ]);
  print(
    formatTable(
      ['service', 'α median', 'spread', 'rate wanders by', 'regimes a day', 'hours each', 'requests a conversation'],
      services,
    ),
  );
  print();
  print(`${file}: ${formatCount(bytes)} bytes, ${formatNumber(meanRateOf(model), 4)} requests a second in the mean`);
}

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { InputError } from '../../base/index.js';
import { filterTrace, traceStatistics, type TraceReport, type TraceStatistics } from '../../trace/index.js';
import { printJson } from '../output.js';
import { readTraceInput, traceOptions, type TraceFlags } from '../trace-input.js';
import { printStatistics } from './stats-print.js';

interface StatsFlags extends TraceFlags {
  readonly service?: string;
  readonly model?: string;
  readonly report?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  foresail trace stats BurstGPT_1.csv
  foresail trace stats burstgpt-1 --report burstgpt-1.html
  foresail trace stats requests.csv --columns time=ts,prompt=in,output=out --json`;

/** `foresail trace stats FILE`: what the paper's section 3 says of its trace, said of any. */
export function statsCommand(): Command {
  return traceOptions(new Command('stats').argument('<file>', 'request trace, or the name of a fetched one'))
    .description('Characterises a trace: rates, burstiness, lengths, failures, conversations, quality.')
    .option('--service <name>', 'only requests of this service')
    .option('--model <name>', 'only requests of this model')
    .option('--report <file>', 'write an HTML report')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(file: string, flags: StatsFlags): Promise<void> {
  const { trace, report } = await readTraceInput(file, flags);
  const statistics = traceStatistics(filterTrace(trace, { service: flags.service, model: flags.model }));
  if (flags.report !== undefined) await writeReport(flags.report, statistics, path.basename(file), trace.timeZone);
  if (flags.json === true) printJson('trace-stats', { ...statistics, input: inputOf(report) });
  else {
    printStatistics(statistics, report);
    if (flags.report !== undefined) process.stdout.write(`\nReport: ${path.resolve(flags.report)}\n`);
  }
}

function inputOf({ format, rows, badRows, firstBad, outOfOrder, skippedDays }: TraceReport): object {
  return { format, rows, badRows, firstBad, outOfOrder, skippedDays };
}

async function writeReport(file: string, statistics: TraceStatistics, title: string, timeZone: string): Promise<void> {
  const { statisticsReport } = await import('../../trace/index.js');
  const html = await statisticsReport(statistics, { title, timeZone });
  try {
    await writeFile(file, html);
  } catch (cause) {
    throw new InputError(`--report: cannot write ${file}`, { cause });
  }
}

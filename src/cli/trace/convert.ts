import path from 'node:path';
import { Command } from 'commander';
import { filterTrace, requestCount, traceFileKind, writeTrace } from '../../trace/index.js';
import { oneOf, wholeNumber } from '../numbers.js';
import { formatCount, print, printJson } from '../output.js';
import { readTraceInput, traceOptions, type TraceFlags } from '../trace-input.js';

interface ConvertFlags extends TraceFlags {
  readonly out: string;
  readonly service?: string;
  readonly model?: string;
  readonly layout: string;
  readonly decimals: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Reads BurstGPT, Azure 2023, 2024 and Functions 2021, Mooncake JSON lines, and any CSV, JSON lines or Parquet with plain names of
columns (or --columns), gzipped or not.

Examples:
  foresail trace convert BurstGPT_1.csv --out burstgpt-1.parquet
  foresail trace convert conversation_trace.jsonl --out mooncake.csv.gz
  foresail trace convert requests.parquet --columns time=ts,prompt=in,output=out --layout burstgpt --out like-burstgpt.csv`;

/** `foresail trace convert FILE --out FILE`: any trace that can be read, as CSV, JSON lines or Parquet. */
export function convertCommand(): Command {
  return traceOptions(new Command('convert').argument('<file>', 'request trace, or the name of a fetched one'))
    .description('Converts a trace: what is read of it comes back as it was.')
    .requiredOption('--out <file>', 'where it goes: .csv, .jsonl (both also .gz) or .parquet')
    .option('--service <name>', 'only requests of this service')
    .option('--model <name>', 'only requests of this model')
    .option('--layout <name>', 'layout of CSV: plain, which keeps everything, or burstgpt', 'plain')
    .option('--decimals <n>', 'digits of a second in the burstgpt layout', '6')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(file: string, flags: ConvertFlags): Promise<void> {
  const kind = traceFileKind(flags.out);
  const layout = oneOf('--layout', ['plain', 'burstgpt'], flags.layout);
  const decimals = wholeNumber('--decimals', flags.decimals, 0, 9);
  const { trace, report } = await readTraceInput(file, flags);
  const part = filterTrace(trace, { service: flags.service, model: flags.model });
  await writeTrace(flags.out, part, { layout, decimals });
  const requests = requestCount(part);
  if (flags.json === true)
    printJson('trace-convert', {
      requests,
      from: report.format,
      to: kind,
      file: path.resolve(flags.out),
      badRows: report.badRows,
    });
  else print(`${flags.out}: ${formatCount(requests)} requests, from ${report.format} to ${kind}`);
}

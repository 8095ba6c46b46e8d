import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import { InputError } from '../base/index.js';
import { DEFAULT_PROFILE, loadProfile } from '../serving/index.js';
import { parseSlo } from '../spec/index.js';
import { embeddedTracePath } from '../trace/index.js';
import type { DemoResult } from './demo/report.js';
import type { DemoSettings } from './demo/settings.js';
import { wholeNumber } from './numbers.js';
import { print, printJson } from './output.js';
import { COLUMNS_OPTION, readTraceInput } from './trace-input.js';

interface DemoFlags {
  readonly trace?: string;
  readonly profile: string;
  readonly slo: string;
  readonly gpus: string;
  readonly seed: string;
  readonly out: string;
  readonly picture?: string;
  readonly columns?: string;
  readonly skipBadRows?: boolean;
  readonly json?: boolean;
}

/** `foresail demo`: the whole idea on one trace, from its requests to a scaling decision. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Reads a trace, backtests forecasts, measures every split, plans, replays the last day and writes a report.',
    )
    .option('--trace <file>', 'request trace (default: the embedded modelled week)')
    .option('--profile <name>', 'latency profile', DEFAULT_PROFILE)
    .option('--slo <bounds>', 'what a request must meet', 'ttft=1s,tpot=15ms')
    .option('--gpus <count>', 'GPUs to plan for, at least 4', '8')
    .option('--seed <number>', 'seed of everything random', '1')
    .option('--out <file>', 'where the HTML report goes', 'foresail-report.html')
    .option('--picture <file>', 'also write the chart of the replayed day as an SVG file')
    .option(...COLUMNS_OPTION)
    .option('--skip-bad-rows', 'count and report bad rows instead of stopping')
    .addOption(new Option('--json', 'one JSON document on stdout'))
    .addHelpText(
      'after',
      '\nExamples:\n  foresail demo\n  foresail demo --trace BurstGPT_1.csv --gpus 12 --slo ttft=2s,tpot=50ms',
    )
    .action(async (flags: DemoFlags) => {
      const result = await runDemo(flags);
      const { demoPicture, demoReport } = await import('./demo/report.js');
      const out = path.resolve(flags.out);
      await writeOutput('--out', out, await demoReport(result));
      if (flags.picture !== undefined)
        await writeOutput('--picture', path.resolve(flags.picture), await demoPicture(result));
      if (flags.json) printJson('demo', { ...(await import('./demo/document.js')).demoDocument(result), report: out });
      else print(`\nReport: ${out}`);
    });
}

async function runDemo(flags: DemoFlags): Promise<DemoResult> {
  const settings = {
    ...(await readSettings(flags)),
    gpus: wholeNumber('--gpus', flags.gpus, 4, 64),
    seed: wholeNumber('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER),
  };
  const { runStages } = await import('./demo/run-stages.js');
  const traceName = flags.trace === undefined ? 'the embedded modelled week' : path.basename(flags.trace);
  return runStages(settings, traceName, (paragraph) => {
    if (!flags.json) print(`\n${paragraph}`);
  });
}

async function readSettings(flags: DemoFlags): Promise<Pick<DemoSettings, 'trace' | 'profile' | 'slo'>> {
  const profile = loadProfile(flags.profile);
  const slo = parseSlo(flags.slo);
  const file = flags.trace ?? embeddedTracePath();
  const { trace } = await readTraceInput(file, flags);
  return { trace, profile, slo };
}

async function writeOutput(flag: string, file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new InputError(`${flag}: cannot write ${file}`, { cause });
  }
}

import { Command } from 'commander';
import { htmlReport } from '../report/index.js';
import { EXPERIMENTS, type Experiment } from '../paper/index.js';
import { formatTable, print, printJson, writeText } from './output.js';
import { traceFolders } from './trace-folders.js';
import { wholeNumber } from './numbers.js';

interface PaperFlags {
  readonly data?: string;
  readonly seed: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `foresail paper`: one subcommand an experiment. */
export function paperCommand(): Command {
  const command = new Command('paper').description("Runs the paper's experiments and puts our numbers beside its own.");
  for (const experiment of EXPERIMENTS) command.addCommand(experimentCommand(experiment));
  return command.addHelpText('after', '\nEvery subcommand prints one JSON document with --json.');
}

function experimentCommand(experiment: Experiment): Command {
  return new Command(experiment.name)
    .description(experiment.summary)
    .option('--data <dir>', 'folder of the traces (default: FORESAIL_SHARED or ../shared, and what trace fetch keeps)')
    .option('--seed <number>', 'of everything that is drawn', '1')
    .option('--out <file>', 'also write an HTML page with the charts')
    .option('--json', 'one JSON document on stdout')
    .action((flags: PaperFlags) => run(experiment, flags));
}

async function run(experiment: Experiment, flags: PaperFlags): Promise<void> {
  const seed = wholeNumber('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const { document, report } = await experiment.run({ folders: traceFolders(flags.data), seed });
  if (flags.out !== undefined) await writeText(flags.out, htmlReport(report));
  if (flags.json) {
    printJson('paper', { figure: experiment.name, ...document });
    return;
  }
  print(report.title);
  print(report.subtitle);
  for (const { tables = [] } of report.sections)
    for (const { header, rows } of tables) {
      print();
      print(
        formatTable(
          header,
          rows.map((row) => row.map((cell) => String(cell ?? '-'))),
        ),
      );
    }
}

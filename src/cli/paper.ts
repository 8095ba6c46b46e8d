import { Command } from 'commander';
import { htmlReport } from '../report/index.js';
import { EXPERIMENTS, findingLines, findingsSection, type Experiment, type ExperimentResult } from '../paper/index.js';
import { formatTable, print, printJson, wrapWords, writeText } from './output.js';
import { traceFolders } from './trace-folders.js';
import { wholeNumber } from './numbers.js';

interface PaperFlags {
  readonly data?: string;
  readonly seed: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quick?: boolean;
}

/** Columns of the terminal that findings are wrapped to. */
const COLUMNS = 120;

/** `foresail paper`: one subcommand an experiment. */
export function paperCommand(): Command {
  const command = new Command('paper').description("Runs the paper's experiments and puts our numbers beside its own.");
  for (const experiment of EXPERIMENTS) command.addCommand(experimentCommand(experiment));
  return command.addHelpText('after', '\nEvery subcommand prints one JSON document with --json.');
}

function experimentCommand(experiment: Experiment): Command {
  const command = new Command(experiment.name)
    .description(experiment.summary)
    .option('--data <dir>', 'folder of the traces (default: FORESAIL_SHARED or ../shared, and what trace fetch keeps)')
    .option('--seed <number>', 'of everything that is drawn', '1')
    .option('--out <file>', 'also write an HTML page with the charts')
    .option('--json', 'one JSON document on stdout');
  if (experiment.quick !== undefined) command.option('--quick', `a shorter run: ${experiment.quick}`);
  return command.action((flags: PaperFlags) => run(experiment, flags));
}

async function run(experiment: Experiment, flags: PaperFlags): Promise<void> {
  const seed = wholeNumber('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const quick = flags.quick ?? false;
  const result = await experiment.run({ folders: traceFolders(flags.data), seed, quick });
  const { document, findings, report } = result;
  if (flags.out !== undefined) {
    const sections = [...findingsSection(findings), ...report.sections];
    await writeText(flags.out, htmlReport({ ...report, sections }));
  }
  if (flags.json) {
    const agrees = findings.every((finding) => finding.agrees);
    const verdict = findings.length === 0 ? {} : { agrees, findings };
    printJson('paper', { figure: experiment.name, ...document, ...verdict });
    return;
  }
  printResult(result);
}

function printResult({ findings, report }: ExperimentResult): void {
  print(report.title);
  for (const line of wrapWords(report.subtitle, COLUMNS)) print(line);
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
  for (const finding of findings) {
    print();
    const indent = 11;
    for (const [label, text] of findingLines(finding))
      for (const [i, line] of wrapWords(text, COLUMNS - indent).entries())
        print(`${(i === 0 ? `${label}:` : '').padEnd(indent)}${line}`);
  }
}

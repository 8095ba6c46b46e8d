import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { ForesailError, InputError } from '../base/index.js';
import { makeScoreboard, scoreboardMarkdown, type Scoreboard } from '../forecast/index.js';
import { print, printJson } from './output.js';
import { withProgress } from './progress.js';
import { traceFolders } from './trace-folders.js';

interface ScoreboardFlags {
  readonly data?: string;
  readonly quick?: boolean;
  readonly out?: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** `foresail scoreboard`. */
export function scoreboardCommand(): Command {
  return new Command('scoreboard')
    .description('Scores every forecaster on the 22 reference series and writes docs/scoreboard.md from what came out.')
    .option('--data <dir>', 'folder of the traces (default: FORESAIL_SHARED or ../shared, and what trace fetch keeps)')
    .option('--quick', 'only the eleven core series and the models that goals are set on')
    .option('--out <dir>', 'folder for scoreboard.md and scoreboard.json (default: docs, of a full run with all data)')
    .option('--check', 'exit with 1 when a goal is missed')
    .option('--json', 'one JSON document on stdout')
    .action(scoreboard);
}

async function scoreboard(flags: ScoreboardFlags): Promise<void> {
  const quick = flags.quick ?? false;
  const folders = traceFolders(flags.data);
  const board = await withProgress('scoreboard', (report) => makeScoreboard({ folders, quick, onDone: report }));
  if (board.series.every(({ status }) => status !== 'scored'))
    throw new InputError(`no reference series could be built from ${folders.join(', ')}: ${whyNot(board)}`);
  const isWhole = !quick && board.series.every(({ status }) => status === 'scored');
  const out = flags.out ?? (isWhole && existsSync('docs') ? 'docs' : undefined);
  if (out !== undefined) await write(board, out);
  if (flags.json) printJson('scoreboard', board);
  else print(scoreboardMarkdown(board));
  const missed = board.bars.filter(({ ok }) => ok === false);
  if (flags.check && missed.length > 0)
    throw new ForesailError(`${missed.length} goals are missed: ${missed.map(({ what }) => what).join('; ')}`);
}

function whyNot({ series }: Scoreboard): string {
  return series.find(({ status }) => status === 'refused')?.reason ?? 'none of their files is there';
}

async function write(board: Scoreboard, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'scoreboard.json'), `${JSON.stringify(board, null, 1)}\n`);
  await writeFile(path.join(folder, 'scoreboard.md'), scoreboardMarkdown(board));
}

import { homedir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { CATALOGUE, catalogueEntry, dataFolder, fetchTrace, type FetchedTrace } from '../../trace/index.js';
import { wholeNumber } from '../numbers.js';
import { formatCount, formatTable, print, printJson } from '../output.js';
import { withTransferProgress } from './transfer-progress.js';

interface FetchFlags {
  readonly to?: string;
  readonly baseUrl?: string;
  readonly retries: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Without a name, lists what can be fetched. Files go to FORESAIL_DATA, or foresail in the platform's cache folder; other
commands then take the name in place of a file.

Examples:
  foresail trace fetch burstgpt-1
  foresail trace fetch azure-2023-code azure-2023-conv --to traces
  foresail trace fetch burstgpt-3 --base-url https://mirror.example/burstgpt`;

/** `foresail trace fetch NAME...`: downloads traces, resumed, checked and under their name only when they are right. */
export function fetchCommand(): Command {
  return new Command('fetch')
    .description('Downloads public traces and checks them.')
    .argument('[names...]', 'names of traces')
    .option('--to <folder>', 'folder to keep them in')
    .option('--base-url <url>', 'folder of a mirror that holds the files under their own names')
    .option('--retries <n>', 'how often a broken connection is taken up again', '4')
    .option('--force', 'fetch again what is there already')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(names: readonly string[], flags: FetchFlags): Promise<void> {
  const folder = flags.to ?? dataFolder({ platform: process.platform, home: homedir(), env: process.env });
  const retries = wholeNumber('--retries', flags.retries, 0, 100);
  const entries = names.map(catalogueEntry);
  if (entries.length === 0) {
    printCatalogue(folder, flags.json === true);
    return;
  }
  const fetched: FetchedTrace[] = [];
  for (const entry of entries) {
    const trace = await withTransferProgress(entry.name, (onProgress) =>
      fetchTrace(entry, {
        ...{ folder: path.resolve(folder), baseUrl: flags.baseUrl, retries, force: flags.force ?? false, onProgress },
      }),
    );
    fetched.push(trace);
    if (flags.json !== true) printFetched(trace, entry.note);
  }
  if (flags.json === true) printJson('trace-fetch', { folder: path.resolve(folder), traces: fetched });
}

function printCatalogue(folder: string, isJson: boolean): void {
  if (isJson) {
    printJson('trace-fetch', { folder: path.resolve(folder), catalogue: CATALOGUE });
    return;
  }
  const rows = CATALOGUE.map(({ name, what, licence, accepted }) => [
    name,
    accepted[0] ? formatCount(accepted[0].bytes) : '-',
    licence,
    what,
  ]);
  print(formatTable(['name', 'bytes', 'licence', 'what'], rows));
}

const STATUS_WORDS = {
  kept: 'was there already, checksum right',
  checked: 'downloaded, checksum right',
  recorded: 'downloaded; no checksum is published, so this one is recorded and holds from now on',
} as const;

function printFetched({ name, path: file, bytes, sha256, status }: FetchedTrace, note: string | undefined): void {
  print(`${name}: ${STATUS_WORDS[status]}`);
  print(`  ${file}`);
  print(`  ${formatCount(bytes)} bytes, sha256 ${sha256}`);
  if (note !== undefined) print(`  ${note}`);
}

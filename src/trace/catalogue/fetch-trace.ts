import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, UpstreamError } from '../../base/index.js';
import type { CatalogueEntry, KnownContent } from './entries.js';
import { contentOf, readRecords, sizeOf, writeRecord } from './file-facts.js';
import { BrokenTransfer, discard, transfer, type ReportDownload } from './transfer.js';

/** How a trace is fetched. */
export interface FetchOptions {
  /** Folder to keep it in; made where it is not there. */
  readonly folder: string;
  /** Mirror: the folder that the file is asked of, in place of the catalogue's. */
  readonly baseUrl?: string | undefined;
  /** How often a broken connection is taken up again without any byte having come; default 4. */
  readonly retries?: number;
  /** Throw away what is there under the name and fetch it again. */
  readonly force?: boolean;
  readonly onProgress?: ReportDownload;
}

/** What came of a fetch. */
export interface FetchedTrace {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** `kept`: it was there already and is right; `checked`: downloaded, with the checksum that was known; `recorded`: its first download. */
  readonly status: 'kept' | 'checked' | 'recorded';
}

const FIRST_PAUSE_SECONDS = 0.5;
const DEFAULT_RETRIES = 4;

/**
 * Downloads a trace of the catalogue into a folder. It is written as `<file>.part`, which a later call goes on with, and takes
 * its name only once size and checksum are right. Where no checksum is published the first download's is recorded in
 * `checksums.json` beside it, and holds from then on.
 *
 * @throws UpstreamError when the connection stays broken (the part is kept), or what came is not the file (the part is
 * removed); InputError when the folder cannot be used, or another file is there under the name
 */
export async function fetchTrace(entry: CatalogueEntry, options: FetchOptions): Promise<FetchedTrace> {
  const { folder, baseUrl = entry.baseUrl, retries = DEFAULT_RETRIES, force = false, onProgress } = options;
  await makeFolder(folder);
  const target = path.join(folder, entry.file);
  const recorded = (await readRecords(folder))[entry.file];
  const accepted = entry.accepted.length > 0 ? entry.accepted : recorded ? [recorded] : [];
  if (!force) {
    const kept = await keptTrace(entry, target, accepted);
    if (kept) return kept;
  }
  const part = `${target}.part`;
  const url = `${baseUrl.replace(/\/+$/, '')}/${entry.file}`;
  checkUrl(url);
  const rules = { sizes: accepted.map(({ bytes }) => bytes), canCheck: accepted.length > 0, onProgress };
  await transferWithRetries(url, part, rules, retries);
  const content = (await contentOf(part))!;
  if (accepted.length > 0 && !accepted.some((known) => isSame(known, content))) {
    await discard(part);
    throw new UpstreamError(`${url}: ${differenceOf(content, accepted)}; nothing was kept`);
  }
  await rename(part, target);
  await discard(part);
  if (accepted.length === 0) await writeRecord(folder, entry.file, content);
  return { name: entry.name, path: target, ...content, status: accepted.length > 0 ? 'checked' : 'recorded' };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new InputError(`${folder}: cannot be made (${(cause as Error).message})`, { cause });
  }
}

function checkUrl(url: string): void {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new InputError(`the base URL must start with http:// or https://, got "${url}"`);
}

/** What lies under the final name already, once it is known to be right; null where there is nothing. */
async function keptTrace(
  entry: CatalogueEntry,
  target: string,
  accepted: readonly KnownContent[],
): Promise<FetchedTrace | null> {
  const content = await contentOf(target);
  if (!content) return null;
  if (accepted.length > 0 && !accepted.some((known) => isSame(known, content)))
    throw new InputError(
      `${target}: is not ${entry.name}: ${differenceOf(content, accepted)} (--force fetches it again)`,
    );
  return { name: entry.name, path: target, ...content, status: 'kept' };
}

function isSame(a: KnownContent, b: KnownContent): boolean {
  return a.bytes === b.bytes && a.sha256 === b.sha256;
}

function differenceOf({ bytes, sha256 }: KnownContent, accepted: readonly KnownContent[]): string {
  const rightSize = accepted.find((known) => known.bytes === bytes);
  return rightSize
    ? `wrong checksum: sha256 is ${sha256}, must be ${rightSize.sha256}`
    : `wrong size: ${bytes} bytes, must be ${accepted.map((known) => known.bytes).join(' or ')}`;
}

/** Takes a broken transfer up again, after pauses that double; bytes that came start the count anew. */
async function transferWithRetries(
  url: string,
  part: string,
  rules: Parameters<typeof transfer>[2],
  retries: number,
): Promise<void> {
  let failures = 0;
  for (let before = (await sizeOf(part)) ?? 0; ;) {
    try {
      await transfer(url, part, rules);
      return;
    } catch (error) {
      if (!(error instanceof BrokenTransfer)) throw error;
      const after = (await sizeOf(part)) ?? 0;
      failures = after > before ? 1 : failures + 1;
      before = after;
      if (failures > retries) {
        const kept = after > 0 ? `; ${after} bytes are kept in ${part}, fetch again to go on` : '';
        throw new UpstreamError(`${error.message}${kept}`, { cause: error });
      }
      await sleep(FIRST_PAUSE_SECONDS * 1000 * 2 ** (failures - 1));
    }
  }
}

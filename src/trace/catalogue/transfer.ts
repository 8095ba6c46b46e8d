import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { InputError, UpstreamError } from '../../base/index.js';
import { sizeOf } from './file-facts.js';

/** Told how far a download has come: bytes on disk, and of how many (null while the server has not said). */
export type ReportDownload = (done: number, total: number | null) => void;

/** What a transfer may end with. */
export interface TransferRules {
  /** Sizes that the whole file may have; empty: any. */
  readonly sizes: readonly number[];
  /** Whether a part whose server gave no validator may be gone on with: only where a checksum will judge the whole. */
  readonly canCheck: boolean;
  readonly onProgress?: ReportDownload | undefined;
}

/** The connection broke: what has come stays on disk, and another try goes on from there. */
export class BrokenTransfer extends UpstreamError {}

/**
 * Brings a URL's bytes into `part`, going on from what is there already. On return the part is as long as the server said
 * the file is, and of an allowed size; its content is still to be checked.
 *
 * @throws BrokenTransfer when the connection cannot be made or ends early; UpstreamError when the server refuses or serves
 * something that is certainly not the file; InputError when the part cannot be written
 */
export async function transfer(url: string, part: string, rules: TransferRules): Promise<void> {
  const { from, tag } = await resumePoint(part, rules);
  if (from > 0 && rules.sizes.includes(from)) return;
  const response = await request(url, from, tag);
  if (response.status === 416) {
    await rm(part, { force: true });
    throw new BrokenTransfer(`${url}: the server has no such range of the file; started anew`);
  }
  const at = offsetOf(response, from, url);
  const total = totalOf(response, at, url);
  if (total !== null && rules.sizes.length > 0 && !rules.sizes.includes(total)) {
    await response.body?.cancel();
    throw new UpstreamError(
      `${url}: the server says that the file has ${total} bytes, but it must have ${rules.sizes.join(' or ')}`,
    );
  }
  await noteTag(part, response);
  const done = await append(part, response, at, (bytes) => rules.onProgress?.(bytes, total ?? rules.sizes[0] ?? null));
  if (total !== null && done < total) throw brokenAt(url, done, total);
  const most = Math.max(...rules.sizes);
  if (rules.sizes.length > 0 && done < Math.min(...rules.sizes)) throw brokenAt(url, done, most);
}

function brokenAt(url: string, done: number, total: number): BrokenTransfer {
  return new BrokenTransfer(`${url}: the file ended after ${done} of ${total} bytes`);
}

function tagFile(part: string): string {
  return `${part}.tag`;
}

/** How much of the file is there, and the validator under which it came; what must not be gone on with is thrown away. */
async function resumePoint(part: string, rules: TransferRules): Promise<{ from: number; tag: string | null }> {
  const size = (await sizeOf(part)) ?? 0;
  const tag = (await sizeOf(tagFile(part))) === null ? null : await readFile(tagFile(part), 'utf8');
  const isTooLong = rules.sizes.length > 0 && size > Math.max(...rules.sizes);
  if (size > 0 && !isTooLong && (tag !== null || rules.canCheck)) return { from: size, tag };
  await discard(part);
  return { from: 0, tag: null };
}

/** Removes a part and what is known of it. */
export async function discard(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(tagFile(part), { force: true });
}

async function noteTag(part: string, response: Response): Promise<void> {
  const etag = response.headers.get('etag');
  const strong = etag?.startsWith('W/') === true ? null : etag;
  if (strong !== null) await writeFile(tagFile(part), strong);
  else if (response.status === 200) await rm(tagFile(part), { force: true });
}

async function request(url: string, from: number, tag: string | null): Promise<Response> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (from > 0) headers.range = `bytes=${from}-`;
  if (from > 0 && tag !== null) headers['if-range'] = tag;
  try {
    return await fetch(url, { headers });
  } catch (cause) {
    throw new BrokenTransfer(`${url}: ${reasonOf(cause)}`, { cause });
  }
}

/** Where in the file the response's body starts. */
function offsetOf(response: Response, from: number, url: string): number {
  const { status, statusText } = response;
  if (status === 200) return 0; // all of it: the server does not do ranges, or the file has changed
  if (status === 206) {
    const match = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
    if (match && Number(match[1]) === from) return from;
    throw new UpstreamError(`${url}: the server sent another range than bytes ${from} and on`);
  }
  const message = `${url}: the server answered ${status} ${statusText}`.trimEnd();
  throw status >= 500 || status === 429 || status === 408 ? new BrokenTransfer(message) : new UpstreamError(message);
}

/** Bytes of the whole file as the server says them, null where it does not. */
function totalOf(response: Response, at: number, url: string): number | null {
  if (response.headers.has('content-encoding'))
    throw new UpstreamError(`${url}: the server packs the file although it was asked not to`);
  if (at > 0) {
    const match = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
    return match ? Number(match[1]) : null;
  }
  const length = response.headers.get('content-length');
  return length === null ? null : Number(length);
}

/** Writes the body behind the first `at` bytes of the part; gives the part's length. */
async function append(part: string, response: Response, at: number, tell: (bytes: number) => void): Promise<number> {
  const file = await open(part, at > 0 ? 'r+' : 'w').catch((cause: unknown) => {
    throw new InputError(`${part}: cannot be written (${(cause as Error).message})`, { cause });
  });
  let done = at;
  try {
    tell(done);
    const chunks = (response.body ?? []) as AsyncIterable<Uint8Array>;
    const body = chunks[Symbol.asyncIterator]();
    for (;;) {
      const next = await body.next().catch((cause: unknown) => {
        throw new BrokenTransfer(`${response.url}: the connection broke after ${done} bytes (${reasonOf(cause)})`, {
          cause,
        });
      });
      if (next.done === true) break;
      done += await writeWhole(file, next.value, done);
      tell(done);
    }
    await file.truncate(done);
    await file.sync();
    return done;
  } finally {
    await file.close();
  }
}

async function writeWhole(
  file: Awaited<ReturnType<typeof open>>,
  bytes: Uint8Array,
  position: number,
): Promise<number> {
  for (let written = 0; written < bytes.length;) {
    const piece = await file.write(bytes, written, bytes.length - written, position + written);
    written += piece.bytesWritten;
  }
  return bytes.length;
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { UpstreamError } from '../../base/index.js';

/** Who one is to a server. */
export type Credentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string };

/** How a server is asked. */
export interface FetchOptions {
  readonly auth?: Credentials | undefined;
  /** Certificates (PEM) to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** For the whole answer; default 10. */
  readonly timeoutSeconds?: number | undefined;
  /** Most bytes of an answer; default 16 MiB. */
  readonly maxBytes?: number | undefined;
}

/** A server's answer. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

const MIB = 2 ** 20;

/**
 * Asks a server and reads its answer as text. Redirects are answers like others: they are not followed.
 *
 * @param form sent as a POST of a form; null: a GET
 * @throws UpstreamError when there is no whole answer in time, or it is larger than allowed
 */
export async function fetchText(
  url: URL,
  form: URLSearchParams | null,
  options: FetchOptions = {},
): Promise<TextAnswer> {
  const { timeoutSeconds = 10, maxBytes = 16 * MIB } = options;
  const signal = AbortSignal.timeout(Math.ceil(timeoutSeconds * 1000));
  const where = `${url.origin}${url.pathname}`;
  try {
    const response = await send(url, form === null ? null : form.toString(), options, signal);
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of response as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new UpstreamError(`${where}: the answer is larger than ${maxBytes} bytes`);
      pieces.push(piece);
    }
    return { status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') };
  } catch (cause) {
    if (cause instanceof UpstreamError) throw cause;
    const why = signal.aborted ? `no answer within ${timeoutSeconds} s` : messageOf(cause);
    throw new UpstreamError(`${where}: ${why}`, { cause });
  }
}

function send(url: URL, body: string | null, options: FetchOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? secureRequest : plainRequest;
  const headers: Record<string, string | number> = { accept: '*/*', ...authorization(options.auth) };
  if (body !== null) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    headers['content-length'] = Buffer.byteLength(body);
  }
  const settings: RequestOptions = { method: body === null ? 'GET' : 'POST', headers, signal };
  return new Promise((resolve, reject) => {
    const secure = options.ca === undefined ? {} : { ca: options.ca };
    request(url, { ...settings, ...secure })
      .on('response', resolve)
      .on('error', reject)
      .end(body ?? undefined);
  });
}

function authorization(auth: Credentials | undefined): Record<string, string> {
  if (auth === undefined) return {};
  if (auth.kind === 'bearer') return { authorization: `Bearer ${auth.token}` };
  return { authorization: `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}` };
}

/** What went wrong, by its code where it has no words. */
function messageOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message === undefined || message === '' ? (code ?? 'failed') : message.split('\n')[0]!;
}

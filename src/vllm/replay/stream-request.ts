import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { openEventParser } from './event-parser.js';

/** Where requests go. */
export interface StreamTarget {
  /** Host, port and path, taken apart once. */
  readonly address: Pick<RequestOptions, 'protocol' | 'hostname' | 'port' | 'path'>;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  /** `request` of node:http or of node:https. */
  readonly open: typeof import('node:http').request;
  readonly timeoutSeconds: number;
}

/** Why a request failed. */
export type Failure = 'http-error' | 'timeout' | 'connection' | 'broken-stream' | 'stopped';

/** Told what comes of one request; exactly one of `onEnd` and `onFailure`, last. */
export interface StreamListener {
  /** An event with text came. */
  readonly onTokens: () => void;
  /** The whole answer came; token counts where the server told them. */
  readonly onEnd: (usage: { readonly prompt: number; readonly completion: number } | null) => void;
  readonly onFailure: (failure: Failure, detail: string) => void;
}

/** Longest text of an error answer that is kept. */
const MOST_DETAIL = 300;

/**
 * Sends one streaming request.
 *
 * @returns gives it up, as `stopped`
 */
export function streamRequest(target: StreamTarget, body: string, listener: StreamListener): () => void {
  let isOver = false;
  let request: ClientRequest;
  const end = (tell: () => void): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    tell();
  };
  const fail = (failure: Failure, detail: string): void => {
    end(() => listener.onFailure(failure, detail));
    request.destroy();
  };
  const send = (agent: Agent | false): void => {
    const { address, headers } = target;
    const length = String(Buffer.byteLength(body));
    request = target.open({ ...address, method: 'POST', agent, headers: { ...headers, 'content-length': length } });
    request.on('response', (response) => receive(response, listener, end, fail));
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close a kept connection at the moment at which it is used again: that is no failure of the request.
      const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (isStale && !isOver)
        send(false); // on a connection of its own
      else fail('connection', error.code ?? error.message);
    });
    request.end(body);
  };
  const timer = setTimeout(
    () => fail('timeout', `no end within ${target.timeoutSeconds} s`),
    Math.min(target.timeoutSeconds * 1000, 2 ** 31 - 1),
  );
  send(target.agent);
  return () => fail('stopped', 'the replay was stopped');
}

type Event = {
  readonly error?: unknown;
  readonly choices?: readonly {
    readonly text?: string;
    readonly delta?: { readonly content?: string | null; readonly reasoning_content?: string | null };
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
};

function receive(
  response: IncomingMessage,
  listener: StreamListener,
  end: (tell: () => void) => void,
  fail: (failure: Failure, detail: string) => void,
): void {
  response.setEncoding('utf8');
  response.on('error', (error: Error) => fail('connection', error.message));
  if (response.statusCode !== 200) {
    let text = '';
    response.on('data', (piece: string) => (text = (text + piece).slice(0, MOST_DETAIL)));
    response.on('close', () => fail('http-error', `${response.statusCode ?? 0}: ${text}`));
    return;
  }
  let usage: Parameters<StreamListener['onEnd']>[0] = null;
  let isComplete = false;
  const parse = openEventParser((data) => {
    if (data === '[DONE]') {
      isComplete = true;
      return;
    }
    const event = parseEvent(data);
    if (event === null || event.error !== undefined) {
      fail('broken-stream', data.slice(0, MOST_DETAIL));
      return;
    }
    if (event.usage) usage = { prompt: event.usage.prompt_tokens, completion: event.usage.completion_tokens };
    const choice = event.choices?.[0];
    if (choice?.text || choice?.delta?.content || choice?.delta?.reasoning_content) listener.onTokens();
  });
  response.on('data', parse);
  response.on('close', () => {
    if (isComplete) end(() => listener.onEnd(usage));
    else fail('broken-stream', 'the stream ended before [DONE]');
  });
}

function parseEvent(data: string): Event | null {
  try {
    return JSON.parse(data) as Event;
  } catch {
    return null;
  }
}

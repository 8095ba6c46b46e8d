import { WORDS } from '../tokens.js';
import type { Endpoint, GenerationRequest } from './read-request.js';

/** What every answer of one request has in common. */
export interface AnswerHead {
  readonly endpoint: Endpoint;
  readonly id: string;
  readonly model: string;
  /** Unix seconds. */
  readonly created: number;
}

/** How a response ended, and how long it is. */
export interface AnswerEnd {
  readonly promptTokens: number;
  readonly tokens: number;
  readonly reason: 'stop' | 'length';
  /** What a router hands on to a decode replica; null unless it was asked for. */
  readonly transfer: object | null;
}

/** Words as the inside of a JSON text, with the blank before each. */
const PIECES = WORDS.map((word) => JSON.stringify(` ${word}`));

const wordAt = (index: number): string => PIECES[index % PIECES.length]!;

/** Server-sent events of one response, as vLLM writes them. */
export interface EventWriter {
  /** The events of tokens `from` up to `to` (not included); the last token's says why the response ended. */
  readonly tokens: (from: number, to: number, reason: AnswerEnd['reason'] | null) => string;
  /** What follows the last token: the usage when it was asked for, and the end of the stream. */
  readonly end: (end: AnswerEnd, includeUsage: boolean) => string;
}

/** All but a token's text and the reason is written once: a token is three texts joined. */
export function eventWriter({ endpoint, id, model, created }: AnswerHead): EventWriter {
  const object = endpoint === 'chat' ? 'chat.completion.chunk' : 'text_completion';
  const head = `data: ${JSON.stringify({ id, object, created, model }).slice(0, -1)},"choices":[`;
  const before = head + (endpoint === 'chat' ? '{"index":0,"delta":{"content":' : '{"index":0,"text":');
  const after = (reason: string | null): string =>
    `${endpoint === 'chat' ? '}' : ''},"logprobs":null,"finish_reason":${JSON.stringify(reason)},"stop_reason":null}]}\n\n`;
  const open = after(null);
  const role =
    `${head}{"index":0,"delta":{"role":"assistant","content":""},` +
    `"logprobs":null,"finish_reason":null,"stop_reason":null}]}\n\n`;
  return {
    tokens: (from, to, reason) => {
      let events = endpoint === 'chat' && from === 0 ? role : '';
      for (let token = from; token < to; token++)
        events += before + wordAt(token) + (token === to - 1 && reason !== null ? after(reason) : open);
      return events;
    },
    end: (end, includeUsage) =>
      (includeUsage ? `${head}],"usage":${JSON.stringify(usageOf(end))}}\n\n` : '') + 'data: [DONE]\n\n',
  };
}

function usageOf({ promptTokens, tokens }: AnswerEnd): object {
  return { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens };
}

/** The whole response at once, where no stream was asked for. */
export function wholeAnswer({ endpoint, id, model, created }: AnswerHead, end: AnswerEnd): object {
  const text = Array.from({ length: end.tokens }, (_, token) => ` ${WORDS[token % WORDS.length]!}`).join('');
  const isChat = endpoint === 'chat';
  const what = isChat ? { message: { role: 'assistant', content: text } } : { text };
  return {
    id,
    object: isChat ? 'chat.completion' : 'text_completion',
    created,
    model,
    choices: [{ index: 0, ...what, logprobs: null, finish_reason: end.reason, stop_reason: null }],
    usage: usageOf(end),
    kv_transfer_params: end.transfer,
  };
}

/** What a prefill replica answers beside the text, by which a decode replica finds the prompt's KV. */
export function transferParams(
  engineId: string,
  id: string,
  { promptTokens }: GenerationRequest,
  { host, port, blockTokens }: { host: string; port: number; blockTokens: number },
): object {
  return {
    do_remote_prefill: true,
    do_remote_decode: false,
    remote_block_ids: Array.from({ length: Math.ceil(promptTokens / blockTokens) }, (_, block) => block),
    remote_engine_id: engineId,
    remote_request_id: id,
    remote_host: host,
    remote_port: port,
    tp_size: 1,
  };
}

import { countTokens } from '../tokens.js';
import { ApiError, badRequest } from './api-error.js';

/** The two ways to ask for text. */
export type Endpoint = 'completions' | 'chat';

/** What a body asks for. */
export interface GenerationRequest {
  readonly endpoint: Endpoint;
  readonly promptTokens: number;
  /** Most tokens of the response, at least 1; null: as many as the model has room for. */
  readonly maxTokens: number | null;
  readonly minTokens: number;
  /** The response goes on to `maxTokens` whatever the model says. */
  readonly ignoreEos: boolean;
  readonly isStream: boolean;
  readonly includeUsage: boolean;
  /** `out`: the KV is to be fetched by a decode replica. `in`: it comes from a prefill replica. */
  readonly transfer: 'none' | 'out' | 'in';
}

type Body = Readonly<Record<string, unknown>>;

/** vLLM's default of `max_tokens` for completions. */
const DEFAULT_COMPLETION_TOKENS = 16;

/**
 * Reads the body of a request. Fields that change no timing (`temperature`, `stop`, ...) are not looked at.
 *
 * @param models names that the body may ask for; without a name it means the first
 * @throws ApiError 400 for a field that cannot be used, 404 for another model
 */
export function readRequest(endpoint: Endpoint, value: unknown, models: readonly string[]): GenerationRequest {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('the body must be a JSON object');
  const body = value as Body;
  checkModel(body, models);
  const maxTokens =
    endpoint === 'chat'
      ? (tokenCount(body, 'max_completion_tokens', 1) ?? tokenCount(body, 'max_tokens', 1))
      : (tokenCount(body, 'max_tokens', 1) ?? DEFAULT_COMPLETION_TOKENS);
  const minTokens = tokenCount(body, 'min_tokens', 0) ?? 0;
  if (maxTokens !== null && minTokens > maxTokens)
    throw badRequest(`min_tokens must be at most max_tokens=${maxTokens}, got ${minTokens}.`, 'min_tokens');
  if ((tokenCount(body, 'n', 1) ?? 1) > 1) throw badRequest('the emulator gives one choice: n must be 1', 'n');
  const isStream = flag(body, 'stream');
  return {
    endpoint,
    promptTokens: Math.max(1, endpoint === 'chat' ? chatTokens(body) : promptTokensOf(body)),
    maxTokens,
    minTokens,
    ignoreEos: flag(body, 'ignore_eos'),
    isStream,
    includeUsage: readIncludeUsage(body, isStream),
    transfer: readTransfer(body),
  };
}

function checkModel({ model }: Body, models: readonly string[]): void {
  if (model === undefined || model === null || model === '') return;
  if (typeof model !== 'string') throw badRequest('model must be a string', 'model');
  if (!models.includes(model))
    throw new ApiError(404, 'NotFoundError', `The model \`${model}\` does not exist.`, 'model');
}

function tokenCount(body: Body, field: string, least: number): number | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
  throw badRequest(`${field} must be at least ${least}, got ${JSON.stringify(value)}.`, field);
}

function flag(body: Body, field: string): boolean {
  const value = body[field];
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw badRequest(`${field} must be true or false, got ${JSON.stringify(value)}`, field);
}

function readIncludeUsage(body: Body, isStream: boolean): boolean {
  const options = body.stream_options;
  if (options === undefined || options === null) return false;
  if (!isStream) throw badRequest('Stream options can only be defined when `stream=True`.', 'stream_options');
  if (typeof options !== 'object') throw badRequest('stream_options must be an object', 'stream_options');
  return flag(options as Body, 'include_usage');
}

function readTransfer({ kv_transfer_params: params }: Body): GenerationRequest['transfer'] {
  if (typeof params !== 'object' || params === null) return 'none';
  const { do_remote_decode: isOut, do_remote_prefill: isIn } = params as Body;
  return isOut === true ? 'out' : isIn === true ? 'in' : 'none';
}

/** Token ids are counted; text by `countTokens`. A list with one prompt is that prompt. */
function promptTokensOf({ prompt }: Body): number {
  if (typeof prompt === 'string') return countTokens(prompt);
  if (Array.isArray(prompt)) {
    if (prompt.every((id) => Number.isInteger(id))) return prompt.length;
    if (prompt.length === 1) return promptTokensOf({ prompt: prompt[0] as unknown });
    throw badRequest('the emulator takes one prompt in a request', 'prompt');
  }
  throw badRequest('prompt must be a text or a list of token ids', 'prompt');
}

/** The words of all messages; a chat template's own tokens are not counted. */
function chatTokens({ messages }: Body): number {
  if (!Array.isArray(messages) || messages.length === 0)
    throw badRequest('messages must be a list with at least one message', 'messages');
  return messages.reduce<number>((sum, message) => sum + contentTokens(message), 0);
}

function contentTokens(message: unknown): number {
  const content = typeof message === 'object' && message !== null ? (message as Body).content : undefined;
  if (typeof content === 'string') return countTokens(content);
  if (content === null) return 0;
  if (!Array.isArray(content))
    throw badRequest('each message must have a content: a text, or a list of parts', 'messages');
  return content.reduce<number>((sum, part) => {
    const text = typeof part === 'object' && part !== null ? (part as Body).text : undefined;
    return sum + (typeof text === 'string' ? countTokens(text) : 0);
  }, 0);
}

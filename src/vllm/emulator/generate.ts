import type { Request, Response } from 'express';
import { exponential } from '../../base/index.js';
import { refusalOf, transferSeconds } from '../../serving/index.js';
import { eventWriter, transferParams, wholeAnswer, type AnswerEnd, type AnswerHead } from './answers.js';
import { ApiError, badRequest } from './api-error.js';
import type { EmulatorState } from './emulator-state.js';
import { drawFate } from './faults.js';
import { submitJob, type LiveJob } from './live-engine.js';
import { readRequest, type Endpoint, type GenerationRequest } from './read-request.js';

/**
 * Answers one request for text: puts it on the engine, and writes its tokens as they come out.
 *
 * @throws ApiError when it cannot be served
 */
export function generate(state: EmulatorState, endpoint: Endpoint, request: Request, response: Response): void {
  if (state.phase !== 'ready')
    throw new ApiError(503, 'ServiceUnavailableError', `the server is ${state.phase}, and takes no requests`);
  const wanted = readRequest(endpoint, request.body, [state.modelName]);
  const length = responseLength(state, wanted);
  const fate = drawFate(state.faults, state.random.fates);
  if (fate === 'error') throw new ApiError(500, 'InternalServerError', 'injected fault: error');
  if (fate === 'hang') {
    hold(state, response);
    return;
  }
  const given = request.get('x-request-id');
  const id = `${endpoint === 'chat' ? 'chatcmpl' : 'cmpl'}-${given ?? `${state.startedAt}-${++state.requests}`}`;
  const head = { endpoint, id, model: state.modelName, created: Math.floor(Date.now() / 1000) };
  if (wanted.isStream) stream(state, wanted, length, head, response);
  else answer(state, wanted, length, head, response);
}

/** How long the response becomes, and what ends it. Where the model may end it, lengths are exponential. */
function responseLength(state: EmulatorState, wanted: GenerationRequest): Pick<LiveJob, 'outputTokens' | 'endsBy'> {
  const { promptTokens, maxTokens, minTokens, ignoreEos } = wanted;
  const { maxModelTokens } = state.profile;
  if (promptTokens >= maxModelTokens)
    throw badRequest(
      `This model's maximum context length is ${maxModelTokens} tokens. However, your request has ${promptTokens} input tokens. Please reduce the length of the input messages.`,
    );
  const room = maxModelTokens - promptTokens;
  if ((maxTokens ?? 1) > room)
    throw badRequest(
      `'max_tokens' or 'max_completion_tokens' is too large: ${maxTokens ?? 1}. This model's maximum context length is ${maxModelTokens} tokens and your request has ${promptTokens} input tokens (${maxTokens ?? 1} > ${maxModelTokens} - ${promptTokens}).`,
    );
  const most = maxTokens ?? room;
  const drawn = ignoreEos
    ? Infinity
    : Math.max(1, minTokens, Math.round(state.responseTokens * exponential(state.random.lengths)));
  const outputTokens = Math.min(most, drawn);
  if (refusalOf(state.profile, promptTokens, outputTokens) !== null)
    throw badRequest(`The request needs ${promptTokens + outputTokens} tokens, more than the KV cache holds.`);
  return { outputTokens, endsBy: drawn <= most ? 'stop' : 'length' };
}

/** An answer that never comes: it goes when the client does, or when the server drains. */
function hold({ hung }: EmulatorState, response: Response): void {
  hung.add(response);
  response.on('close', () => hung.delete(response));
}

type Length = Pick<LiveJob, 'outputTokens' | 'endsBy'>;

function stream(state: EmulatorState, wanted: GenerationRequest, length: Length, head: AnswerHead, to: Response): void {
  const writer = eventWriter(head);
  to.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  to.flushHeaders();
  let given = 0;
  submit(state, wanted, length, to, (count, isLast) => {
    let events = writer.tokens(given, (given += count), isLast ? length.endsBy : null);
    if (isLast) events += writer.end(endOf(state, wanted, length, head), wanted.includeUsage);
    if (isLast) to.end(events);
    else to.write(events);
  });
}

function answer(state: EmulatorState, wanted: GenerationRequest, length: Length, head: AnswerHead, to: Response): void {
  submit(state, wanted, length, to, (_, isLast) => {
    if (isLast) to.json(wholeAnswer(head, endOf(state, wanted, length, head)));
  });
}

function endOf(
  { role, startedAt, address, profile }: EmulatorState,
  wanted: GenerationRequest,
  { outputTokens, endsBy }: Length,
  { id }: AnswerHead,
): AnswerEnd {
  const place = { ...address, blockTokens: profile.kvBlockTokens };
  const isHandedOn = role === 'prefill' && wanted.transfer === 'out';
  const transfer = isHandedOn ? transferParams(`emulator-${startedAt}-${address.port}`, id, wanted, place) : null;
  return { promptTokens: wanted.promptTokens, tokens: outputTokens, reason: endsBy, transfer };
}

function submit(
  state: EmulatorState,
  wanted: GenerationRequest,
  length: Length,
  response: Response,
  onTokens: LiveJob['onTokens'],
): void {
  const { promptTokens, maxTokens, transfer } = wanted;
  const times = { arrivedAt: NaN, scheduledAt: NaN, firstTokenAt: NaN, lastTokenAt: NaN };
  const job: LiveJob = { promptTokens, ...length, maxTokens, ...times, tokens: 0, onTokens };
  const isLoaded = state.role === 'decode' && transfer === 'in';
  const cancel = submitJob(state.engine, job, isLoaded ? transferSeconds(state.profile, promptTokens) : null);
  state.open.add(response);
  response.on('close', () => {
    if (job.tokens < job.outputTokens) cancel();
    state.open.delete(response);
    state.onIdle();
  });
}

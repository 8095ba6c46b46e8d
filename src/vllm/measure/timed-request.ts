import { UpstreamError } from '../../base/index.js';
import { streamRequest, type StreamTarget } from '../replay/stream-request.js';

/** One request of a sweep as its client saw it; seconds of the clock that is handed in. */
export interface TimedRequest {
  readonly sentAt: number;
  readonly promptTokens: number;
  /** When each token came, in order. */
  readonly tokenAt: readonly number[];
}

/** What a sweep sends requests with. */
export interface Sender {
  readonly target: StreamTarget;
  readonly model: string | null;
  readonly now: () => number;
}

/** Length of the made-up vocabulary: token ids from `FIRST_ID` on, which every model has. */
const IDS = 20_000;
const FIRST_ID = 1000;

/**
 * Sends one prompt of so many token ids and streams so many tokens back.
 *
 * @param salt makes the prompt unlike any other, so that no prefix cache helps
 * @throws UpstreamError when the server fails it, or gives another number of tokens
 */
export async function sendTimed(
  { target, model, now }: Sender,
  promptTokens: number,
  outputTokens: number,
  salt: number,
): Promise<TimedRequest> {
  const prompt = Array.from(
    { length: promptTokens },
    (_, i) => FIRST_ID + ((salt * 7919 + (i + 1) * (salt + 31)) % IDS),
  );
  const body = JSON.stringify({
    ...(model === null ? {} : { model }),
    prompt,
    max_tokens: outputTokens,
    ignore_eos: true,
    temperature: 0,
    stream: true,
  });
  const sentAt = now();
  const tokenAt: number[] = [];
  await new Promise<void>((resolve, reject) => {
    streamRequest(target, body, {
      onTokens: () => tokenAt.push(now()),
      onEnd: () => resolve(),
      onFailure: (failure, detail) => reject(new UpstreamError(`the server failed a request: ${failure}, ${detail}`)),
    });
  });
  if (tokenAt.length !== outputTokens)
    throw new UpstreamError(
      `asked for ${outputTokens} tokens, got ${tokenAt.length} events: the sweep needs one event for each token (ignore_eos)`,
    );
  return { sentAt, promptTokens, tokenAt };
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Tokens of each stream, and the time between two of them. */
export const STREAM_TOKENS = 16;
const GAP_MILLISECONDS = 20;

const EVENT = `data: ${JSON.stringify({ id: 'x', object: 'text_completion', created: 1, model: 'x', choices: [{ index: 0, text: ' time', logprobs: null, finish_reason: null }] })}\n\n`;

/** A bare server of its own process: whatever is asked, 16 tokens as server-sent events, 20 ms apart. Tells its port to its parent. */
function serve(): void {
  const streams = new Map<object, { left: number; write: (text: string) => void; end: (text: string) => void }>();
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const stream = {
        left: STREAM_TOKENS,
        write: (text: string) => response.write(text),
        end: (text: string) => response.end(text),
      };
      streams.set(response, stream);
      response.on('close', () => streams.delete(response));
    });
  });
  setInterval(() => {
    for (const stream of streams.values()) {
      if (--stream.left > 0) stream.write(EVENT);
      else if (stream.left === 0) stream.end(`${EVENT}data: [DONE]\n\n`);
    }
  }, GAP_MILLISECONDS);
  server.listen(0, '127.0.0.1', 4096, () => process.send?.((server.address() as AddressInfo).port));
}

if (process.send) serve();

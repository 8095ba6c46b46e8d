import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator, systemClock, type Emulator, type EmulatorOptions } from '../../src/vllm/index.js';
import { PLAIN_PROFILE } from './serving.js';

/** Starts emulators whose clock runs 20 times as fast as the world; they stop when the enclosing `describe` is over. */
export function fastEmulators(): (options?: Partial<EmulatorOptions>) => Promise<Emulator> {
  const started: Emulator[] = [];
  after(() => started.forEach(({ close }) => close()));
  return async (options = {}) => {
    const emulator = await startEmulator({ profile: PLAIN_PROFILE, clock: systemClock(20), ...options });
    started.push(emulator);
    return emulator;
  };
}

/** Posts a JSON body. */
export function post(url: string, path: string, body: object, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body), ...(signal ? { signal } : {}) });
}

/** The values of a metrics page by series, `name{labels}`. */
export async function metricsOf(url: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** The JSON documents of a stream of server-sent events, without the closing [DONE]. */
export function eventsOf(text: string): unknown[] {
  const data = text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^data: /, ''));
  if (data.pop() !== '[DONE]') throw new Error('the stream has no end');
  return data.map((event) => JSON.parse(event) as unknown);
}

/** Tries an assertion again until it holds, for up to five seconds; then it fails as it is. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  const end = performance.now() + 5000;
  while (performance.now() < end) {
    try {
      await check();
      return;
    } catch {
      await sleep(20);
    }
  }
  await check();
}

import { readFileSync } from 'node:fs';
import { InputError } from '../../../base/index.js';
import type { Role } from '../../../spec/index.js';

/** A replica that a router knows. */
export interface Endpoint {
  readonly role: Role;
  /** Base URL, without a slash at its end. */
  readonly url: string;
  /** Requests that the router has there now. */
  outstanding: number;
  /** Until when, seconds of the router's clock, it is left alone since it could not be reached. */
  downUntil: number;
}

/** A line of an endpoint list. */
export type EndpointLine = Pick<Endpoint, 'role' | 'url'>;

const ROLES: readonly Role[] = ['serve', 'prefill', 'decode'];

/**
 * Reads a list of endpoints: a role and a URL on each line; empty lines and what follows `#` are left out.
 *
 * @param where names its source in messages
 * @throws InputError naming line and value
 */
export function parseEndpoints(text: string, where: string): EndpointLine[] {
  return text.split('\n').flatMap((line, i) => {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    if (words.length === 1 && words[0] === '') return [];
    const role = ROLES.find((known) => known === words[0]);
    if (!role || words.length !== 2)
      throw new InputError(`${where}:${i + 1}: want a role (${ROLES.join(', ')}) and a URL, got "${line.trim()}"`);
    return [{ role, url: endpointUrl(words[1]!, `${where}:${i + 1}`) }];
  });
}

/** @throws InputError when it is no http address */
export function endpointUrl(text: string, where: string): string {
  if (URL.canParse(text) && text.startsWith('http://')) return text.replace(/\/+$/, '');
  throw new InputError(`${where}: an endpoint must be an http:// address, got "${text}"`);
}

/** Takes a new list over: endpoints that stay keep their state, those that are gone finish what they have. */
export function updateEndpoints(endpoints: Endpoint[], lines: readonly EndpointLine[]): void {
  const next = lines.map(({ role, url }) => {
    const known = endpoints.find((endpoint) => endpoint.role === role && endpoint.url === url);
    return known ?? { role, url, outstanding: 0, downUntil: -Infinity };
  });
  endpoints.splice(0, endpoints.length, ...next);
}

const WATCH_MILLISECONDS = 500;

/**
 * Reads a file of endpoints now and whenever its text has changed; it is looked at twice a second, which also sees a mounted ConfigMap
 * change. A text that cannot be used is told once, and the last list stays.
 *
 * @returns stops watching
 * @throws InputError when the file cannot be used now
 */
export function watchEndpoints(
  file: string,
  onList: (lines: EndpointLine[]) => void,
  onError: (message: string) => void,
): () => void {
  let last = readText(file);
  let told = '';
  onList(parseEndpoints(last, file));
  const look = (): void => {
    try {
      const text = readText(file);
      if (text === last) return;
      last = text;
      onList(parseEndpoints(text, file));
    } catch (error) {
      const { message } = error as Error;
      if (message !== told) onError(message);
      told = message;
    }
  };
  const timer = setInterval(look, WATCH_MILLISECONDS);
  return () => clearInterval(timer);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InputError(`${file}: cannot be read`, { cause });
  }
}

/**
 * The endpoint of a role with the fewest requests; those that could not be reached a moment ago only when there is no other.
 *
 * @param turn the place from which ties are broken; the caller moves it on
 * @returns null when every one was tried
 */
export function chooseEndpoint(
  endpoints: readonly Endpoint[],
  role: Role,
  tried: ReadonlySet<Endpoint>,
  now: number,
  turn: number,
): Endpoint | null {
  const pool = endpoints.filter((endpoint) => endpoint.role === role && !tried.has(endpoint));
  let best: Endpoint | null = null;
  for (let i = 0; i < pool.length; i++) {
    const endpoint = pool[(turn + i) % pool.length]!;
    if (best === null || rank(endpoint, now) < rank(best, now)) best = endpoint;
  }
  return best;
}

function rank({ outstanding, downUntil }: Endpoint, now: number): number {
  return outstanding + (downUntil > now ? 1e9 : 0);
}

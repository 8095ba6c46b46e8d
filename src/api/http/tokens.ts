import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { InputError } from '../../base/index.js';
import { HttpProblem } from './problems.js';

const LEAST_LENGTH = 16;

/**
 * The tokens of a file or of an environment variable: one a line, or between commas; lines that start with # are left out.
 *
 * @param where names the source in messages
 * @throws InputError when there is none, or one is shorter than 16 characters
 */
export function parseTokens(text: string, where: string): string[] {
  const tokens = text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (tokens.length === 0) throw new InputError(`${where}: has no token`);
  const short = tokens.findIndex((token) => token.length < LEAST_LENGTH);
  if (short >= 0) throw new InputError(`${where}: token ${short + 1} is shorter than ${LEAST_LENGTH} characters`);
  return tokens;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Whether an address is this machine's own and no other can reach it. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Lets a request pass that carries one of the tokens; compared by digests of equal length, in constant time. Without tokens
 * only requests to a loopback name pass, so that no web page reaches the service under a name of its own.
 */
export function requireToken(tokens: readonly string[]): RequestHandler {
  const digests = tokens.map(digestOf);
  return (request, response, next) => {
    if (digests.length === 0) {
      if (!isLoopback(request.hostname))
        throw new HttpProblem(403, 'without tokens the service answers on loopback only');
      response.locals.caller = 'loopback';
      next();
      return;
    }
    const [, given = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const digest = digestOf(given);
    const matches = digests.map((known) => timingSafeEqual(known, digest)); // all of them, whichever matches
    if (!matches.includes(true))
      throw new HttpProblem(401, 'a bearer token is needed', [], { 'WWW-Authenticate': 'Bearer' });
    response.locals.caller = digest.toString('hex').slice(0, 8);
    next();
  };
}

/** Who asks, for the rate limit before the token is checked: its digest, never itself. */
export function callerKey(request: Request): string | null {
  const { authorization } = request.headers;
  return authorization === undefined ? null : digestOf(authorization).toString('hex').slice(0, 16);
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

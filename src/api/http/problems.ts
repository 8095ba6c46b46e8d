import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import { InputError, NotReadyError } from '../../base/index.js';
import type { Problem } from '../schemas/index.js';

type FieldErrors = NonNullable<Problem['errors']>;

/** An answer that is no answer: its status, one sentence, and the fields at fault. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  constructor(
    readonly status: number,
    detail: string,
    readonly errors: FieldErrors = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

const MOST_ERRORS = 20;

/**
 * Checks a value against a schema.
 *
 * @throws HttpProblem 400 naming every field at fault
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const errors = read.error.issues.flatMap((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => ({ pointer: pointerOf(path), detail: issue.message }));
  });
  throw new HttpProblem(400, 'the request does not fit its schema', errors.slice(0, MOST_ERRORS));
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Any error as a problem; null when it is our own fault. */
export function problemOf(error: unknown): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InputError) return inputProblem(error.message);
  if (error instanceof NotReadyError)
    return new HttpProblem(503, error.message, [], { 'Retry-After': String(Math.ceil(error.retryAfterSeconds)) });
  const { status, message } = error as { status?: unknown; message?: unknown };
  if (typeof status === 'number' && status >= 400 && status < 500) return new HttpProblem(status, String(message));
  return null;
}

/** What a user got wrong; a message `traffic.fromSeconds: ...` names its field. */
export function inputProblem(message: string): HttpProblem {
  const match = /^([a-z][A-Za-z]*(?:\.[A-Za-z]+)*): (.*)$/s.exec(message);
  if (!match) return new HttpProblem(400, message);
  return new HttpProblem(400, message, [{ pointer: pointerOf(match[1]!.split('.')), detail: match[2]! }]);
}

/** The body of a problem. */
export function problemBody({ status, message, errors }: HttpProblem, requestId: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  const body = { type: 'about:blank', title, status, detail: message, requestId };
  return errors.length > 0 ? { ...body, errors: [...errors] } : body;
}

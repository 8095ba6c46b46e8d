import { ForesailProblem } from '../../../../clients/typescript/src/index.js';
import type { Field } from './question.js';
import { FieldProblem } from './requests.js';

/** What went wrong, in words for people, and at which fields. */
export interface PageProblem {
  readonly title: string;
  readonly detail: string;
  readonly fields: Partial<Readonly<Record<Field, string>>>;
  /** The service wants a token. */
  readonly needsToken: boolean;
  readonly isCancelled: boolean;
}

/** The field of the form that a JSON pointer into a request means; null: none. */
export function fieldAt(pointer: string): Field | null {
  const found = POINTERS.find(([start]) => pointer === start || pointer.startsWith(`${start}/`));
  return found ? found[1] : null;
}

const POINTERS: readonly (readonly [string, Field])[] = [
  ['/traffic/trace', 'trace'],
  ['/traffic/fromSeconds', 'fromHours'],
  ['/traffic/forSeconds', 'forHours'],
  ['/traffic/meanRate', 'rate'],
  ['/traffic/growth', 'growth'],
  ['/traffic', 'rate'],
  ['/slo/ttftSeconds', 'ttft'],
  ['/slo/tpotSeconds', 'tpot'],
  ['/slo/e2eSeconds', 'e2e'],
  ['/slo/attainment', 'share'],
  ['/slo', 'ttft'],
  ['/profiles/0/pricePerGpuHour', 'price'],
  ['/profiles', 'profile'],
  ['/profile', 'profile'],
  ['/maxGpus', 'gpus'],
  ['/gpus', 'gpus'],
  ['/steps', 'steps'],
  ['/binSeconds', 'stepMinutes'],
  ['/quantile', 'quantile'],
  ['/launchSeconds', 'launch'],
  ['/windowSeconds', 'windowMinutes'],
  ['/model', 'model'],
];

/** Any error as the page shows it. */
export function problemOf(error: unknown): PageProblem {
  const base = { fields: {}, needsToken: false, isCancelled: false };
  if (error instanceof FieldProblem)
    return { ...base, title: 'A field is missing', detail: error.message, fields: { [error.field]: error.message } };
  if (!(error instanceof ForesailProblem))
    return { ...base, title: 'The service cannot be reached', detail: 'Is foresail serve still running?' };
  if (error.isCancelled)
    return { ...base, title: 'Cancelled', detail: 'The question was taken back.', isCancelled: true };
  if (error.status === 401) return { ...base, title: 'A token is needed', detail: error.message, needsToken: true };
  const again = error.retryAfterSeconds === null ? '' : ` Try again in ${error.retryAfterSeconds} s.`;
  return {
    ...{ ...base, title: error.problem?.title ?? 'The service failed', detail: `${error.message}.${again}` },
    fields: fieldsOf(error),
  };
}

function fieldsOf({ problem }: ForesailProblem): PageProblem['fields'] {
  const fields: Partial<Record<Field, string>> = {};
  for (const { pointer, detail } of problem?.errors ?? []) {
    const field = fieldAt(pointer);
    if (field !== null) fields[field] ??= detail;
  }
  return fields;
}

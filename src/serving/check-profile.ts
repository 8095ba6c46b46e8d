import { InputError } from '../base/index.js';
import type { LatencyProfile } from './profile.js';

/** What a field must be, said as in the message, and whether a value is that. */
interface Rule {
  readonly says: string;
  readonly holds: (value: unknown) => boolean;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const TEXT: Rule = { says: 'a text', holds: (value) => typeof value === 'string' };
const NUMBER: Rule = { says: 'a number of at least 0', holds: (value) => isNumber(value) && value >= 0 };
const POSITIVE: Rule = { says: 'a number above 0', holds: (value) => isNumber(value) && value > 0 };
const COUNT: Rule = {
  says: 'a whole number of at least 1',
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
};
const SPAN: Rule = {
  says: 'two numbers, the least and the most',
  holds: (value) => Array.isArray(value) && value.length === 2 && value.every(isNumber) && value[0]! <= value[1]!,
};
const FORMAT: Rule = { says: '"bf16" or "fp8"', holds: (value) => value === 'bf16' || value === 'fp8' };

const FIELDS: readonly (readonly [Rule, readonly string[]])[] = [
  [TEXT, ['name']],
  [NUMBER, ['decode.base', 'decode.perSequence', 'decode.perContextToken']],
  [NUMBER, ['prefill.short.base', 'prefill.short.perToken', 'prefill.long.base', 'prefill.long.perToken']],
  [NUMBER, ['prefill.perAttention', 'prefill.perPriorToken']],
  [NUMBER, ['mixed.base', 'mixed.perPadToken', 'mixed.perSequence', 'mixed.perContextToken']],
  [NUMBER, ['stepOverhead', 'transferLatency']],
  [POSITIVE, ['kvBytesPerToken', 'kvTokensCapacity', 'maxModelTokens', 'transferBytesPerSecond']],
  [POSITIVE, ['launchTime.median', 'launchTime.p90']],
  [COUNT, ['tileTokens', 'kvBlockTokens']],
];

/** Fields that may be left out, and those that must be there when the field before them is. */
const OPTIONAL: readonly (readonly [Rule, readonly string[]])[] = [
  [FORMAT, ['kvDtype']],
  [COUNT, ['tensorParallel']],
];
const RANGE = ['decode.sequences', 'decode.context', 'prefill.tokens', 'prefill.prior'];
const MIXED_RANGE = ['mixed.tokens', 'mixed.sequences', 'mixed.context'];

/**
 * Checks that a value read from outside is a profile.
 *
 * @param where names its source in messages
 * @throws InputError naming the field at fault
 */
export function checkProfile(value: unknown, where: string): LatencyProfile {
  const check = (field: string, { says, holds }: Rule): void => {
    const found = valueAt(value, field);
    if (!holds(found)) throw new InputError(`${where}: ${field} must be ${says}, got ${JSON.stringify(found)}`);
  };
  for (const [rule, fields] of FIELDS) for (const field of fields) check(field, rule);
  for (const [rule, fields] of OPTIONAL)
    for (const field of fields) if (valueAt(value, field) !== undefined) check(field, rule);
  if (valueAt(value, 'range') !== undefined) {
    const hasMixed = valueAt(value, 'range.mixed') !== null;
    for (const field of [...RANGE, ...(hasMixed ? MIXED_RANGE : [])]) check(`range.${field}`, SPAN);
  }
  const profile = value as LatencyProfile;
  const { median, p90 } = profile.launchTime;
  if (p90 < median)
    throw new InputError(`${where}: launchTime.p90 must be no less than launchTime.median (${median}), got ${p90}`);
  return profile;
}

/** What lies at a path such as `decode.base`; undefined when there is nothing. */
function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inside, key) => (inside as Record<string, unknown> | null | undefined)?.[key], value);
}

import { InputError } from '../base/index.js';
import { decide } from './decide.js';
import type { DecideResult } from './round.js';
import type { ControlSettings, ControlState } from './state.js';
import type { Observation } from './types.js';

/** One decision with everything that it was taken from. As text it is one line of JSON, and deciding again gives the same bytes. */
export interface DecisionRecord {
  readonly schema: typeof RECORD_SCHEMA;
  readonly now: number;
  readonly settings: ControlSettings;
  readonly state: ControlState;
  readonly observation: Observation | null;
  readonly result: DecideResult;
}

const RECORD_SCHEMA = 'foresail.decision/1';

/** Decides, and keeps what it was decided from. */
export function decideOnRecord(
  settings: ControlSettings,
  state: ControlState,
  observation: Observation | null,
  now: number,
): DecisionRecord {
  const result = decide(settings, state, observation, now);
  return { schema: RECORD_SCHEMA, now, settings, state, observation, result };
}

/** The record as one line. Columns keep every bit (base64 of little-endian doubles), and so do numbers that JSON does not have. */
export function writeRecord(record: DecisionRecord): string {
  return JSON.stringify(record, (_key, value: unknown) => {
    if (value instanceof Float64Array)
      return { $doubles: Buffer.from(Float64Array.from(value).buffer).toString('base64') };
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
      return { $number: Object.is(value, -0) ? '-0' : String(value) };
    return value;
  });
}

/**
 * Reads a record.
 *
 * @throws InputError when the text is no record of this schema
 */
export function readRecord(text: string): DecisionRecord {
  let read: unknown;
  try {
    read = JSON.parse(text, (_key, value: unknown) => revived(value));
  } catch (cause) {
    throw new InputError('decision record: not JSON', { cause });
  }
  const schema = (read as { schema?: unknown } | null)?.schema;
  if (schema !== RECORD_SCHEMA)
    throw new InputError(`decision record: schema must be ${RECORD_SCHEMA}, got ${JSON.stringify(schema)}`);
  return read as DecisionRecord;
}

/** The record that its own question gives now: written, the same bytes as it, unless the code decides otherwise today. */
export function replayRecord({ settings, state, observation, now }: DecisionRecord): DecisionRecord {
  return decideOnRecord(settings, state, observation, now);
}

function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$number' in value) return Number(value.$number);
  if (!('$doubles' in value)) return value;
  const bytes = Uint8Array.from(Buffer.from(String(value.$doubles), 'base64'));
  return new Float64Array(bytes.buffer);
}

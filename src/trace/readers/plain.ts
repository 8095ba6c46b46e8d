import { NO_COLUMNS, type TimeKind, type TraceFormat } from './format.js';

/** Header names of each column, the more telling first; compared in lower case with `_` for spaces and hyphens. */
const TIMES: readonly (readonly [string, TimeKind])[] = [
  ['time_s', 'seconds'],
  ['timestamp_s', 'seconds'],
  ['arrival_s', 'seconds'],
  ['arrival_seconds', 'seconds'],
  ['timestamp_ms', 'milliseconds'],
  ['arrival_ms', 'milliseconds'],
  ['time_ms', 'milliseconds'],
  ['timestamp', 'any'],
  ['arrival', 'any'],
  ['arrival_time', 'any'],
  ['arrived_at', 'any'],
  ['time', 'any'],
];
const PROMPTS = ['prompt_tokens', 'input_length', 'input_tokens', 'prompt_length', 'context_tokens', 'request_tokens'];
const OUTPUTS = [
  'output_tokens',
  'output_length',
  'response_tokens',
  'generated_tokens',
  'completion_tokens',
  'response_length',
];
const SESSIONS = ['session', 'session_id', 'conversation', 'conversation_id'];
const ELAPSED = ['elapsed', 'elapsed_s', 'elapsed_seconds', 'elapsed_time'];

/** How plain names are compared: lower case, `_` for spaces and hyphens. */
export function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
}

/** How a time column of this name writes its moments. */
export function timeKindOf(name: string): TimeKind {
  const plain = plainName(name);
  const known = TIMES.find(([title]) => title === plain);
  return known?.[1] ?? (plain.endsWith('_ms') ? 'milliseconds' : 'any');
}

/**
 * Any CSV with the usual names of time, prompt tokens and output tokens (RAGPulse's
 * `time_s,input_length,output_length,session`, Mooncake's `timestamp_ms,input_length,output_length,...`); `model`, `service`,
 * `session` and `elapsed` are taken where they are there, other columns are left alone.
 */
export const plain: TraceFormat = {
  name: 'plain',
  plan(header) {
    const names = header.map(plainName);
    const first = (choices: readonly string[]): number => {
      const found = choices.find((choice) => names.includes(choice));
      return found === undefined ? -1 : names.indexOf(found);
    };
    const time = TIMES.find(([name]) => names.includes(name));
    const prompt = first(PROMPTS);
    const output = first(OUTPUTS);
    if (!time || prompt < 0 || output < 0) return null;
    return {
      ...NO_COLUMNS,
      time: names.indexOf(time[0]),
      timeKind: time[1],
      prompt,
      output,
      model: first(['model', 'model_name']),
      service: first(['service', 'log_type']),
      session: first(SESSIONS),
      elapsed: first(ELAPSED),
    };
  },
};

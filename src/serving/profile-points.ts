import { InputError } from '../base/index.js';

/** One measured model step: `batch` sequences of equal length. */
export interface ProfilePoint {
  readonly phase: 'prefill' | 'decode' | 'mixed';
  /** Sequences in the step; of a mixed step the decoding ones (its one chunk is one more). */
  readonly batch: number;
  /** Tokens computed per sequence; of a mixed step the length of the chunk. */
  readonly newTokens: number;
  /** Tokens in the cache of each sequence before the step; of a mixed step of each decoding one. */
  readonly contextTokens: number;
  /** Tokens of a mixed step's chunk that are in the cache already. */
  readonly chunkContextTokens: number;
  /** Median time of the step. */
  readonly seconds: number;
  /** GPUs over which the model was split; 1 unless the column `tensor_parallel` says otherwise. */
  readonly tensorParallel?: number;
}

const COLUMNS = ['batch', 'new_tokens_per_seq', 'context_tokens_per_seq', 'median_ms'] as const;
const PHASES = ['prefill', 'decode', 'mixed'] as const;

/**
 * Reads measured points from CSV with the columns of data/profiles/README.md.
 *
 * @param text the whole file
 * @param file its name, for messages
 * @throws InputError naming file, line, column and value
 */
export function parseProfilePoints(text: string, file: string): ProfilePoint[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  for (const wanted of ['phase', ...COLUMNS])
    if (!names.includes(wanted)) throw new InputError(`${file}: header has no column "${wanted}"`);
  if (lines.length === 0) throw new InputError(`${file}: there are no points`);
  return lines.map((line, index) => parsePoint(line.split(','), names, `${file}:${index + 2}`));
}

function parsePoint(cells: readonly string[], names: readonly string[], where: string): ProfilePoint {
  const phaseText = cells[names.indexOf('phase')] ?? '';
  const phase = PHASES.find((known) => known === phaseText);
  if (!phase) throw new InputError(`${where}: phase must be prefill, decode or mixed, got "${phaseText}"`);
  const number = (name: string, least: number): number => {
    const text = cells[names.indexOf(name)] ?? '';
    const value = text.trim() === '' ? NaN : Number(text);
    if (!(value >= least && value < Infinity))
      throw new InputError(`${where}: ${name} must be a number of at least ${least}, got "${text}"`);
    return value;
  };
  const seconds = number('median_ms', 0) / 1000;
  if (seconds === 0) throw new InputError(`${where}: median_ms must be above 0, got "0"`);
  return {
    phase,
    batch: number('batch', 1),
    newTokens: number('new_tokens_per_seq', 1),
    contextTokens: number('context_tokens_per_seq', 0),
    chunkContextTokens: names.includes('chunk_context_tokens') ? number('chunk_context_tokens', 0) : 0,
    seconds,
    ...(names.includes('tensor_parallel') ? { tensorParallel: number('tensor_parallel', 1) } : {}),
  };
}

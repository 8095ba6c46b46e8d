import { readFile } from 'node:fs/promises';
import { InputError } from '../../base/index.js';

/**
 * Reads prompts from a file: a JSON list (or one JSON value a line) of texts, of ShareGPT conversations (what humans say in
 * `conversations`), of Alpaca tasks (`instruction` and `input`), or of objects with a `prompt`.
 *
 * @throws InputError when the file cannot be read, or holds no prompt
 */
export async function readPrompts(file: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new InputError(`${file}: cannot be read`, { cause });
  }
  const prompts = valuesOf(text, file)
    .flatMap(promptsOf)
    .filter((prompt) => prompt.trim() !== '');
  if (prompts.length === 0)
    throw new InputError(
      `${file}: holds no prompts: want a JSON list of texts, ShareGPT conversations or Alpaca instructions`,
    );
  return prompts;
}

function valuesOf(text: string, file: string): unknown[] {
  if (text.trimStart().startsWith('[')) {
    try {
      return JSON.parse(text) as unknown[];
    } catch (cause) {
      throw new InputError(`${file}: not a JSON list: ${(cause as Error).message}`, { cause });
    }
  }
  const values: unknown[] = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    try {
      values.push(JSON.parse(line));
    } catch (cause) {
      throw new InputError(`${file}:${i + 1}: not a JSON value`, { cause });
    }
  });
  return values;
}

function promptsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const { conversations, instruction, input, prompt } = value as Record<string, unknown>;
  if (Array.isArray(conversations)) return conversations.flatMap(humanTurn);
  if (typeof instruction === 'string')
    return [typeof input === 'string' && input !== '' ? `${instruction}\n${input}` : instruction];
  return typeof prompt === 'string' ? [prompt] : [];
}

function humanTurn(turn: unknown): string[] {
  const { from, value } = (turn ?? {}) as Record<string, unknown>;
  return (from === 'human' || from === 'user') && typeof value === 'string' ? [value] : [];
}

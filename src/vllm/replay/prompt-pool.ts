import type { Random } from '../../base/index.js';
import { countTokens, WORDS } from '../tokens.js';

/** Gives a prompt of exactly so many tokens, by `countTokens`. */
export type PromptPool = (tokens: number, random: Random) => string;

/** Words of the text that synthetic prompts are cut from; longer prompts are joined from several cuts. */
const TEXT_WORDS = 32768;

/** Prompts of common words, each a cut of one long random text, so that no two start alike and no prefix cache helps. */
export function syntheticPrompts(random: Random): PromptPool {
  const words = Array.from({ length: 2 * TEXT_WORDS }, () => WORDS[Math.floor(random() * WORDS.length)]!);
  const text = words.join(' ');
  const starts = new Uint32Array(words.length + 1);
  words.forEach((word, i) => (starts[i + 1] = starts[i]! + word.length + 1));
  const cut = (tokens: number, draw: Random): string => {
    const from = Math.floor(draw() * TEXT_WORDS);
    return text.slice(starts[from], starts[from + tokens]! - 1);
  };
  return (tokens, draw) => {
    const parts: string[] = [];
    for (let left = tokens; left > 0; left -= TEXT_WORDS) parts.push(cut(Math.min(left, TEXT_WORDS), draw));
    return parts.join(' ');
  };
}

/** How many prompts, the shortest that are long enough, one is drawn from. */
const NEAREST = 8;

/**
 * A pool of texts indexed by their token count: a prompt is one of the shortest that are long enough, cut to its length; where
 * none is, several are joined.
 *
 * @param texts at least one with a word
 * @source BurstGPT 4.1: the prompt pool
 */
export function promptsFrom(texts: readonly string[]): PromptPool {
  const pool = texts
    .map((text) => ({ text, tokens: countTokens(text) }))
    .filter(({ tokens }) => tokens > 0)
    .sort((a, b) => a.tokens - b.tokens);
  if (pool.length === 0) throw new RangeError('Cannot make a prompt pool: there is no text with a word');
  return (tokens, random) => {
    const first = firstWith(pool, tokens);
    if (first < pool.length) {
      const near = Math.min(NEAREST, pool.length - first);
      return firstTokens(pool[first + Math.floor(random() * near)]!.text, tokens);
    }
    const parts: string[] = [];
    for (let left = tokens; left > 0;) {
      const { text, tokens: count } = pool[Math.floor(random() * pool.length)]!;
      parts.push(count > left ? firstTokens(text, left) : text);
      left -= count;
    }
    return parts.join('\n');
  };
}

function firstWith(pool: readonly { readonly tokens: number }[], tokens: number): number {
  let low = 0;
  let high = pool.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (pool[middle]!.tokens < tokens) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A text up to the end of its n-th token; the text itself where it has no more. */
export function firstTokens(text: string, tokens: number): string {
  let seen = 0;
  let isInWord = false;
  for (let i = 0; i < text.length; i++) {
    const isBlank = text.charCodeAt(i) <= 32;
    if (isBlank && isInWord && seen === tokens) return text.slice(0, i);
    if (!isBlank && !isInWord) seen++;
    isInWord = !isBlank;
  }
  return text;
}

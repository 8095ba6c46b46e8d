import assert from 'node:assert/strict';
import { wrapWords } from '../../src/cli/output.js';

describe('wrapping words for a terminal', () => {
  for (const [text, columns, lines] of [
    ['', 10, ['']],
    ['one', 10, ['one']],
    ['one two three', 7, ['one two', 'three']],
    ['one two three', 6, ['one', 'two', 'three']],
    ['extraordinary word', 5, ['extraordinary', 'word']],
    ['by +3.4 % more', 7, ['by', '+3.4 %', 'more']],
  ] as const)
    it(`breaks "${text}" at ${columns} columns into ${lines.length}`, () => {
      assert.deepEqual(wrapWords(text, columns), lines);
    });
});

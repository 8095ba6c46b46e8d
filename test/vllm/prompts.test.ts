import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError, seededRandom } from '../../src/base/index.js';
import { firstTokens } from '../../src/vllm/replay/prompt-pool.js';
import { countTokens, promptsFrom, readPrompts, syntheticPrompts } from '../../src/vllm/index.js';
import { tempFiles } from '../helpers/temp-file.js';

describe('prompts', () => {
  const write = tempFiles();
  const synthetic = syntheticPrompts(seededRandom(1, 'words'));

  it('have exactly the tokens that were asked for, made up or from a pool', () => {
    const pool = promptsFrom(['one', 'a b  c d', ' x\ny z ', 'long '.repeat(500)]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer(), (tokens, seed) => {
        const random = seededRandom(seed, 'test');
        assert.equal(countTokens(synthetic(tokens, random)), tokens);
        assert.equal(countTokens(pool(tokens, random)), tokens);
      }),
      { numRuns: 60 },
    );
    assert.equal(countTokens(synthetic(100_000, seededRandom(1, 'long'))), 100_000);
  });

  it('do not start alike, and are the same for the same seed', () => {
    const starts = (seed: number): string[] => {
      const random = seededRandom(seed, 'test');
      return Array.from({ length: 50 }, () => synthetic(20, random));
    };
    assert.equal(new Set(starts(1)).size, 50);
    assert.deepEqual(starts(1), starts(1));
  });

  it('come from the shortest texts that are long enough', () => {
    const pool = promptsFrom([...Array.from({ length: 20 }, () => 'far '.repeat(900)), 'a b c d']);
    const one = promptsFrom(['far '.repeat(900), 'a b c d']);
    assert.match(
      one(3, () => 0),
      /^a b c$/,
    );
    assert.match(
      pool(3, () => 0),
      /^a b c$/,
    );
  });

  for (const [text, tokens, first] of [
    ['a b c', 2, 'a b'],
    ['  a\n b c', 2, '  a\n b'],
    ['a b', 2, 'a b'],
    ['a b', 5, 'a b'],
  ] as const)
    it(`the first ${tokens} tokens of ${JSON.stringify(text)}`, () => assert.equal(firstTokens(text, tokens), first));

  it('are read from ShareGPT conversations, Alpaca tasks and lists', async () => {
    const shareGpt = [
      {
        conversations: [
          { from: 'human', value: 'hi there' },
          { from: 'gpt', value: 'no' },
          { from: 'user', value: 'bye' },
        ],
      },
    ];
    const alpaca = [
      { instruction: 'Add', input: '1 2', output: '3' },
      { instruction: 'Sing', input: '' },
    ];
    assert.deepEqual(await readPrompts(write('s.json', JSON.stringify(shareGpt))), ['hi there', 'bye']);
    assert.deepEqual(await readPrompts(write('a.json', JSON.stringify(alpaca))), ['Add\n1 2', 'Sing']);
    assert.deepEqual(await readPrompts(write('l.jsonl', '"a b"\n{"prompt":"c"}\n\n')), ['a b', 'c']);
  });

  for (const [what, content] of [
    ['nothing', ''],
    ['no JSON list', '[1, 2'],
    ['a broken line', '"a"\n{'],
    ['no prompt', '[{"text": 3}, {"conversations": [null]}]'],
  ] as const)
    it(`are refused from a file with ${what}`, async () =>
      assert.rejects(readPrompts(write('bad.json', content)), InputError));

  it('are refused from a file that is not there, and a pool needs a word', async () => {
    await assert.rejects(readPrompts('/nowhere/at/all'), InputError);
    assert.throws(() => promptsFrom([' ']), RangeError);
  });
});

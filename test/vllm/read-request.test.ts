import assert from 'node:assert/strict';
import { ApiError } from '../../src/vllm/emulator/api-error.js';
import { readRequest } from '../../src/vllm/emulator/read-request.js';
import { countTokens } from '../../src/vllm/index.js';

const read = (body: unknown) => readRequest('completions', body, ['m']);
const chat = (body: unknown) => readRequest('chat', body, ['m']);

describe('requests to the emulator', () => {
  for (const [text, tokens] of [
    ['', 0],
    ['one', 1],
    ['  one two\n\tthree ', 3],
    ["it's, well; punctuated", 3],
  ] as const)
    it(`"${text.trim()}" has ${tokens} tokens`, () => assert.equal(countTokens(text), tokens));

  it('counts token ids, words, and the words of all messages', () => {
    assert.equal(read({ prompt: [1, 2, 3, 4] }).promptTokens, 4);
    assert.equal(read({ prompt: [[1, 2, 3]] }).promptTokens, 3);
    assert.equal(read({ prompt: ['a b'] }).promptTokens, 2);
    assert.equal(read({ prompt: '' }).promptTokens, 1);
    const messages = [
      { role: 'system', content: 'be brief' },
      { role: 'user', content: [{ type: 'text', text: 'a b c' }, { type: 'image_url' }] },
      { role: 'assistant', content: null },
    ];
    assert.equal(chat({ messages }).promptTokens, 5);
  });

  it("has vLLM's defaults", () => {
    assert.deepEqual(read({ model: 'm', prompt: 'a' }), {
      endpoint: 'completions',
      promptTokens: 1,
      maxTokens: 16,
      minTokens: 0,
      ignoreEos: false,
      isStream: false,
      includeUsage: false,
      transfer: 'none',
    });
    const messages = [{ role: 'user', content: 'a' }];
    assert.equal(chat({ messages }).maxTokens, null);
    assert.equal(chat({ messages, max_tokens: 5, max_completion_tokens: 7 }).maxTokens, 7);
  });

  it('knows which way KV goes', () => {
    assert.equal(read({ prompt: 'a', kv_transfer_params: { do_remote_decode: true } }).transfer, 'out');
    assert.equal(read({ prompt: 'a', kv_transfer_params: { do_remote_prefill: true } }).transfer, 'in');
    assert.equal(read({ prompt: 'a', kv_transfer_params: null }).transfer, 'none');
  });

  for (const [what, body, param] of [
    ['no object', [1], null],
    ['no prompt', {}, 'prompt'],
    ['several prompts', { prompt: ['a', 'b'] }, 'prompt'],
    ['max_tokens of 0', { prompt: 'a', max_tokens: 0 }, 'max_tokens'],
    ['a broken max_tokens', { prompt: 'a', max_tokens: 1.5 }, 'max_tokens'],
    ['min_tokens above max_tokens', { prompt: 'a', max_tokens: 2, min_tokens: 3 }, 'min_tokens'],
    ['more than one choice', { prompt: 'a', n: 2 }, 'n'],
    ['stream as text', { prompt: 'a', stream: 'yes' }, 'stream'],
    ['stream options without a stream', { prompt: 'a', stream_options: { include_usage: true } }, 'stream_options'],
    ['a model that is no text', { model: 3, prompt: 'a' }, 'model'],
  ] as const)
    it(`answers 400 to ${what}`, () =>
      assert.throws(
        () => read(body),
        (error) => error instanceof ApiError && error.status === 400 && error.param === param,
      ));

  it('answers 400 to a chat without messages or contents', () => {
    for (const messages of [undefined, [], [{ role: 'user' }], ['hello']])
      assert.throws(
        () => chat({ messages }),
        (error) => error instanceof ApiError && error.status === 400,
      );
  });

  it('answers 404 to another model', () =>
    assert.throws(
      () => read({ model: 'other', prompt: 'a' }),
      (error) => error instanceof ApiError && error.status === 404 && error.type === 'NotFoundError',
    ));
});

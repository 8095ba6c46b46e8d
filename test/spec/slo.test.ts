import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { checkSlo, isWithinRatio, parseRatio, parseSlo } from '../../src/spec/index.js';

describe('parseSlo', () => {
  it('reads bounds with their units, and the share unless it is left out', () => {
    assert.deepEqual({ ...parseSlo('ttft=2s,tpot=50ms') }, { ttft: 2, tpot: 0.05, attainment: 0.9 });
    assert.deepEqual({ ...parseSlo(' e2e = 1m , attainment=0.99') }, { e2e: 60, attainment: 0.99 });
  });

  for (const [text, says] of [
    ['ttft=abc', /slo\.ttft: .*"abc"/],
    ['ttft', /ttft=2s/],
    ['ttft=1s,ttft=2s', /twice/],
    ['speed=1s', /speed/],
    ['attainment=0.9', /at least one/],
    ['ttft=1s,attainment=0', /above 0/],
    ['ttft=1s,attainment=1.1', /at most 1/],
    ['ttft=1s,attainment=most', /share/],
    ['', /ttft=2s/],
    ['ttft=1=2', /ttft=2s/],
  ] as const)
    it(`refuses "${text}" in one line`, () => {
      assert.throws(
        () => parseSlo(text),
        (error: Error) => error instanceof InputError && says.test(error.message) && !error.message.includes('\n'),
      );
    });

  it('checks an object and names its source', () => {
    assert.deepEqual(checkSlo({ ttft: 1.5, attainment: 1 }, 'spec.slo'), { ttft: 1.5, attainment: 1 });
    assert.throws(() => checkSlo({ ttft: -1 }, 'spec.slo'), /spec\.slo\.ttft/);
    assert.throws(() => checkSlo(null, 'spec.slo'), InputError);
  });
});

describe('ratios', () => {
  it('are read as prefill:decode', () => {
    assert.deepEqual(parseRatio('1:6'), { prefill: 1, decode: 6 });
    for (const text of ['', '1', '0:1', '1:2:3', 'a:b', '1.5:2']) assert.throws(() => parseRatio(text), InputError);
  });

  it('bound the counts, ends included', () => {
    const [least, most] = [parseRatio('1:3'), parseRatio('2:1')];
    for (const [prefill, decode, is] of [
      [1, 3, true],
      [1, 4, false],
      [2, 1, true],
      [3, 1, false],
      [2, 4, true],
    ] as const)
      assert.equal(isWithinRatio({ prefill, decode }, least, most), is, `${prefill}:${decode}`);
  });
});

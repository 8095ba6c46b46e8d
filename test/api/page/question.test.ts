import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULTS, queryOf, stateOf, VIEWS, type Field, type Fields } from '../../../src/api/page/state/question.js';

const names = Object.keys(DEFAULTS) as Field[];
const fields = fc
  .record(Object.fromEntries(names.map((name) => [name, fc.string({ maxLength: 30 })])), { noNullPrototype: true })
  .map((made) => made as unknown as Fields);

describe('the address of a question', () => {
  it('leaves out what is as it is at first', () => {
    assert.equal(queryOf({ view: 'size', fields: { ...DEFAULTS, growth: '3' } }), 'ask=size&growth=3');
  });

  it('asks nothing where it is empty', () => {
    assert.deepEqual(stateOf(''), { view: 'size', fields: { ...DEFAULTS }, isAsked: false });
  });

  it('gives the question back, whatever was typed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...VIEWS), fields, (view, made) => {
        assert.deepEqual(stateOf(queryOf({ view, fields: made })), { view, fields: made, isAsked: true });
      }),
    );
  });

  it('leaves out what is unknown or too long', () => {
    const { view, fields: read, isAsked } = stateOf(`?ask=oracle&colour=red&growth=${'9'.repeat(400)}`);
    assert.deepEqual([view, read, isAsked], ['size', { ...DEFAULTS }, false]);
  });
});

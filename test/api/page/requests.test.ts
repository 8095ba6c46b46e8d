import assert from 'node:assert/strict';
import { KINDS, QUESTIONS, type Kind } from '../../../src/api/index.js';
import { fieldAt } from '../../../src/api/page/state/problems.js';
import { DEFAULTS, VIEWS, type Fields } from '../../../src/api/page/state/question.js';
import { ASKS, FieldProblem, kindsOf, requestOf, rivalsOf, rivalsText } from '../../../src/api/page/state/requests.js';

const FIELDS: Fields = { ...DEFAULTS, profile: 'h100-llama-3.1-8b-bf16' };

/** Every JSON pointer into a value. */
function pointersOf(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => pointersOf(inner, `${at}/${key}`))];
}

describe('what the page asks', () => {
  for (const kind of KINDS.filter((known) => known !== 'simulate'))
    it(`${kind}: fits the service's schema as the form stands at first`, () => {
      QUESTIONS[kind].question.parse(requestOf(kind, FIELDS));
    });

  it('says seconds where the form says hours and milliseconds', () => {
    const { traffic, slo } = requestOf('plan', {
      ...FIELDS,
      fromHours: '24',
      forHours: '1.5',
      tpot: '25',
      share: '95',
    });
    assert.deepEqual(traffic, {
      trace: 'modelled-week',
      fromSeconds: 86400,
      forSeconds: 5400,
      meanRate: 10,
      growth: 1,
    });
    assert.deepEqual(slo, { ttftSeconds: 1, tpotSeconds: 0.025, attainment: 0.95 });
  });

  it('leaves out what is empty', () => {
    const { traffic, slo } = requestOf('goodput', { ...FIELDS, rate: '', ttft: '' });
    assert.equal(traffic?.meanRate, undefined);
    assert.deepEqual(slo, { tpotSeconds: 0.03, attainment: 0.9 });
  });

  for (const [kind, field, text] of [
    ['capacity', 'growth', ''],
    ['capacity', 'price', 'three'],
    ['forecast', 'steps', 'many'],
  ] as const)
    it(`${kind}: names ${field} when it holds "${text}"`, () => {
      assert.throws(
        () => requestOf(kind, { ...FIELDS, [field]: text }),
        (error: unknown) => error instanceof FieldProblem && error.field === field,
      );
    });

  it('asks for a contest only over a window', () => {
    assert.deepEqual(kindsOf({ view: 'plan', fields: FIELDS }), ['plan', 'contest']);
    assert.deepEqual(kindsOf({ view: 'plan', fields: { ...FIELDS, windowMinutes: '0' } }), ['plan']);
  });

  it('compares with profiles at their prices', () => {
    const rivals = [
      { profile: 'h100-llama-2-13b-bf16', price: '2.5' },
      { profile: 'h100-qwen2.5-32b-bf16', price: '' },
    ];
    assert.deepEqual(rivalsOf(rivalsText(rivals)), rivals);
    const { profiles } = requestOf('capacity', { ...FIELDS, price: '3', rivals: rivalsText(rivals) });
    assert.deepEqual(
      profiles?.map(({ pricePerGpuHour }) => pricePerGpuHour),
      [3, 2.5, 0],
    );
  });

  it('finds the field of everything that it sends and a person typed', () => {
    const unseen = new Set(['/requests', '/upTo', '/split', '/splits', '', '/traffic/trace']);
    for (const view of VIEWS)
      for (const kind of ASKS[view] as readonly Kind[])
        for (const pointer of pointersOf(requestOf(kind, FIELDS)))
          assert.ok(unseen.has(pointer) || fieldAt(pointer) !== null, `${kind} ${pointer}`);
  });
});

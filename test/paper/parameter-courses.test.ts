import assert from 'node:assert/strict';
import { plansOf } from '../../src/paper/parameter-courses.js';
import { BURSTGPT_MODEL, withGivenLaws } from '../../src/trace/index.js';

const WINDOWS = 18;

describe("figure 15's courses", () => {
  const windowsOf = (name: string): { shape: readonly number[]; gaps: number[] } => {
    const laws = plansOf(WINDOWS).find(([known]) => known === name)![1];
    const days = (WINDOWS * BURSTGPT_MODEL.windowSeconds) / 86400;
    const { shape, scaleSeconds } = withGivenLaws(BURSTGPT_MODEL, laws, days).services[0]!.windows!;
    return { shape, gaps: shape.map((value, window) => value * scaleSeconds[window]!) };
  };
  const near = (values: readonly number[], wanted: number): boolean =>
    values.every((value) => Math.abs(value / wanted - 1) < 1e-12);

  for (const course of ['stepped', 'linear', 'quadratic']) {
    it(`keep the mean gap in every window while α moves ${course} at the same rate`, () => {
      const { shape, gaps } = windowsOf(`α ${course}, same rate`);
      assert.equal(shape.length, WINDOWS);
      assert.ok(Math.min(...shape) < 0.21 && Math.max(...shape) === 0.5, shape.join(' '));
      assert.ok(near(gaps, windowsOf('constant').gaps[0]!), gaps.join(' '));
    });

    it(`shorten the mean gap in step with α when it moves ${course} alone, as the paper varies one parameter`, () => {
      const { shape, gaps } = windowsOf(`α ${course}`);
      const first = gaps[0]! / shape[0]!;
      assert.ok(
        near(
          gaps.map((gap, window) => gap / shape[window]!),
          first,
        ),
      );
      assert.ok(Math.min(...gaps) < 0.42 * gaps[0]!);
    });
  }

  it('end where they started when they are quadratic, and at the other value when not', () => {
    for (const [course, end] of [
      ['stepped', 0.2],
      ['linear', 0.2],
      ['quadratic', 0.5],
    ] as const)
      assert.ok(Math.abs(windowsOf(`α ${course}`).shape.at(-1)! - end) < 1e-12, course);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { tickText, timeTicks } from '../../../src/api/page/charts/time-axis.js';
import { countsAt, moments } from '../../../src/api/page/words/lanes.js';
import { packageFile } from '../../../src/base/index.js';
import { paletteCss } from '../../../src/report/index.js';

describe('the time axis', () => {
  it('has ticks at round times of day', () => {
    assert.deepEqual(timeTicks(0, 7200, 8, null), [0, 900, 1800, 2700, 3600, 4500, 5400, 6300, 7200]);
    assert.deepEqual(timeTicks(0, 3600, 4, 1_700_000_000), [100, 1000, 1900, 2800]);
    assert.deepEqual([tickText(86400, null), tickText(90_000, null)], ['day 2', '01:00']);
  });

  it('never has many more ticks than there is room for, and all of them inside', () => {
    const spans = fc.tuple(fc.integer({ min: 0, max: 1e7 }), fc.integer({ min: 60, max: 1e7 }));
    fc.assert(
      fc.property(
        spans,
        fc.integer({ min: 4, max: 20 }),
        fc.option(fc.integer({ min: 0, max: 2e9 })),
        (at, most, start) => {
          const ticks = timeTicks(at[0], at[0] + at[1], most, start);
          assert.ok(ticks.length <= Math.max(most + 1, at[1] / (7 * 86400) + 1));
          assert.ok(ticks.every((tick) => tick >= at[0] && tick <= at[0] + at[1]));
        },
      ),
    );
  });
});

describe('a lane', () => {
  const lane = {
    ...{ name: 'a', note: '' },
    steps: [
      { atSeconds: 60, prefill: 1, decode: 1 },
      { atSeconds: 180, prefill: 2, decode: 2 },
    ],
  };
  for (const [at, decode] of [
    [0, 1],
    [60, 1],
    [179, 1],
    [180, 2],
    [900, 2],
  ] as const)
    it(`holds ${decode} at ${at} s`, () => assert.equal(countsAt(lane, at).decode, decode));

  it('has moments from its start to before its end', () => {
    assert.deepEqual(moments(60, 240, 60), [60, 120, 180]);
    assert.deepEqual(moments(60, 60, 60), [60]);
  });
});

describe("the page's colours", () => {
  it('are those of the reports, in the light and in the dark', () => {
    const css = readFileSync(packageFile('src/api/page/style/tokens.css'), 'utf8');
    const colours = (text: string): string[] =>
      text.match(/--[a-z]+:\s*#[0-9a-f]{6}/g)!.map((found) => found.replace(' ', ''));
    const printed = paletteCss(':root').indexOf('@media print');
    assert.deepEqual(colours(css), colours(paletteCss(':root').slice(0, printed)));
  });
});

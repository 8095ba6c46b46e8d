import assert from 'node:assert/strict';
import { scoreTable } from '../../src/cli/score-table.js';
import type { BacktestScore } from '../../src/forecast/index.js';

const none = new Float64Array(0);

function score(model: string, numbers: Partial<BacktestScore>): BacktestScore {
  const base = { scoredBins: 9, nmae: 0.5, nmse: 0.5, nmseEnergy: 0.5, bias: 0, p90Coverage: 0.9, p90Pinball: 0.1 };
  return { model, horizon: 1, ...base, fitSeconds: 1, coverages: [], mean: none, p50: none, p90: none, ...numbers };
}

describe('the score table', () => {
  it('marks the best of each column: least error, bias nearest 0, coverage nearest 0.9; a dash is not known', () => {
    const lines = scoreTable([
      score('a', { nmae: 0.4, bias: 0.2, p90Coverage: 0.99, nmse: null }),
      score('b', { nmae: 0.6, bias: -0.1, p90Coverage: 0.85, nmse: 0.7 }),
    ]).split('\n');
    assert.match(lines[2]!, /^a +1 +0\.4000\* +- +0\.5000\* +0\.2000 +0\.990 +0\.1000\* +1\.00$/);
    assert.match(lines[3]!, /^b +1 +0\.6000 +0\.7000\* +0\.5000\* +-0\.1000\* +0\.850\* +0\.1000\* +1\.00$/);
  });

  it('compares models of one horizon only, and marks nothing where there is one', () => {
    const table = scoreTable([score('a', {}), score('a', { horizon: 2, nmae: 0.9 })]);
    assert.ok(!table.includes('*'));
  });
});

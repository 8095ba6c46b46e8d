import assert from 'node:assert/strict';
import { seededRandom } from '../../src/base/index.js';
import { mixOf } from '../../src/load/index.js';
import { demandTrace, indexTable, simulatePlan, type PlanProblem } from '../../src/plan/index.js';
import { loadProfile } from '../../src/serving/index.js';
import { firstAtOrAfter } from '../../src/trace/index.js';
import { plantedTable, serveLimits, sureDemand } from '../helpers/planning.js';
import { chatTrace } from '../helpers/serving.js';

const limits = serveLimits(1, 4);
const mix = mixOf(chatTrace(3000, 5));
const profile = loadProfile('h100-llama-3.1-8b-bf16');
const slo = { ttft: 1, tpot: 0.02, attainment: 0.9 };

function problemOf(rates: number[]): PlanProblem {
  return {
    ...{ start: { serve: { ready: 1, readyAt: [] } }, limits, demand: sureDemand(60, rates), target: 0.9 },
    ...{ table: indexTable(plantedTable(limits)), launchSeconds: 30, drainSeconds: 0, missPrice: 1 },
  };
}

describe('arrivals of a demand', () => {
  it('come at the rate of each step', () => {
    const trace = demandTrace(problemOf([10, 0, 40]), mix, seededRandom(1));
    const within = (from: number, to: number): number =>
      firstAtOrAfter(trace.arrival, to) - firstAtOrAfter(trace.arrival, from);
    assert.ok(Math.abs(within(0, 60) - 600) < 60);
    assert.equal(within(60.5, 119.5), 0);
    assert.ok(Math.abs(within(120, 180) - 2400) < 240);
    assert.equal(trace.arrival.length, 3000);
  });

  it('are none without demand', () => {
    assert.equal(demandTrace(problemOf([0, 0]), mix, seededRandom(1)).arrival.length, 0);
  });
});

describe('a simulated plan', () => {
  const problem = problemOf([20, 20, 20]);
  const arrivals = demandTrace(problem, mix, seededRandom(2));
  const run = (serve: number[]): ReturnType<typeof simulatePlan> =>
    simulatePlan(
      problem,
      serve.map((count) => ({ serve: count })),
      arrivals,
      { profile },
      slo,
    );

  it('holds GPUs from the moment they are asked for', () => {
    assert.ok(Math.abs(run([1, 1, 1]).gpuSeconds - 180) < 1e-9);
    assert.ok(Math.abs(run([1, 2, 2]).gpuSeconds - 300) < 1e-9);
  });

  it('does no worse with more instances', () => {
    assert.ok(run([4, 4, 4]).attainment >= run([1, 1, 1]).attainment);
  });
});

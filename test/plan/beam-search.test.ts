import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  allowedConfigurations,
  brokenRule,
  indexTable,
  searchPlan,
  staticPlan,
  type FleetState,
  type PlanProblem,
} from '../../src/plan/index.js';
import { plainSearch, scoreStep, startScore, type PathScore } from '../helpers/plain-search.js';
import { plantedTable, serveLimits, splitLimits, sureDemand } from '../helpers/planning.js';

function problemOf(rates: number[], overrides: Partial<PlanProblem> = {}): PlanProblem {
  const limits = overrides.limits ?? splitLimits(8);
  return {
    start: { prefill: { ready: 1, readyAt: [] }, decode: { ready: 2, readyAt: [] } },
    limits,
    demand: sureDemand(60, rates),
    table: indexTable(plantedTable(limits)),
    target: 0.9,
    launchSeconds: 90,
    drainSeconds: 10,
    missPrice: 2,
    ...overrides,
  };
}

describe('beam search', () => {
  it('holds the smallest split that keeps the target under a steady load', () => {
    const plan = searchPlan(problemOf([11, 11, 11, 11, 11, 11]));
    assert.deepEqual(plan.steps, Array(6).fill({ prefill: 1, decode: 2 }));
    assert.ok(plan.predictedAttainment >= 0.9);
    assert.equal(plan.binding, 'slo');
  });

  it('asks for instances a launch time before the load arrives', () => {
    const plan = searchPlan(problemOf([10, 10, 10, 10, 22, 22, 22, 22, 22, 22]));
    assert.deepEqual(plan.steps[2], { prefill: 2, decode: 4 });
    assert.deepEqual(plan.steps[1], { prefill: 1, decode: 2 });
  });

  it('gives instances back when the load falls', () => {
    const start: FleetState = { prefill: { ready: 2, readyAt: [] }, decode: { ready: 4, readyAt: [] } };
    const plan = searchPlan(problemOf([22, 22, 5, 5, 5, 5], { start }));
    assert.deepEqual(plan.steps[0], { prefill: 2, decode: 4 });
    assert.deepEqual(plan.steps.at(-1), { prefill: 1, decode: 1 });
  });

  it('counts on what is already on order', () => {
    const start: FleetState = { prefill: { ready: 1, readyAt: [30] }, decode: { ready: 2, readyAt: [30, 30] } };
    const plan = searchPlan(problemOf([10, 22, 22, 22, 22, 22], { start }));
    assert.deepEqual(plan.steps[0], { prefill: 2, decode: 4 });
  });

  it('names the budget when it keeps the plan from the target', () => {
    const plan = searchPlan(problemOf(Array<number>(6).fill(40)));
    assert.equal(plan.binding, 'budget');
    assert.ok(plan.predictedAttainment < 0.9);
  });

  it('names the smallest fleet when less would do', () => {
    const limits = serveLimits(2, 8);
    const start: FleetState = { serve: { ready: 2, readyAt: [] } };
    const plan = searchPlan(problemOf([1, 1, 1], { limits, start, table: indexTable(plantedTable(limits)) }));
    assert.deepEqual(plan.steps[0], { serve: 2 });
    assert.equal(plan.binding, 'min-replicas');
  });

  it('gives the best path that starts otherwise as the runner-up', () => {
    const plan = searchPlan(problemOf([11, 11, 11]));
    assert.ok(plan.runnerUp);
    assert.notDeepEqual(plan.runnerUp.steps[0], plan.steps[0]);
    assert.ok(plan.runnerUp.cost >= plan.cost);
  });

  it('survives a demand of nothing', () => {
    const plan = searchPlan(problemOf([0, 0, 0]));
    assert.equal(plan.predictedAttainment, 1);
    assert.deepEqual(plan.steps.at(-1), { prefill: 1, decode: 1 });
  });
});

describe('beam search, always', () => {
  const rates = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1, maxLength: 6 });

  it('stays within the limits', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 2, max: 9 }), (demand, maxGpus) => {
        const limits = { ...splitLimits(maxGpus), ratio: { min: 0.25, max: 2 } };
        const plan = searchPlan(problemOf(demand, { limits, table: indexTable(plantedTable(limits)) }), 4);
        assert.ok(plan.steps.every((counts) => brokenRule(counts, limits) === null));
      }),
      { numRuns: 40 },
    );
  });

  it('never costs more than the best static configuration', () => {
    fc.assert(
      fc.property(rates, (demand) => {
        const problem = problemOf(demand);
        const best = Math.min(
          ...allowedConfigurations(problem.limits).map((counts) => staticPlan(problem, counts).cost),
        );
        assert.ok(searchPlan(problem, 4).cost <= best + 1e-9);
      }),
      { numRuns: 40 },
    );
  });

  it('chooses what a search that builds and sorts every candidate chooses', () => {
    const orders = fc
      .array(fc.integer({ min: 1, max: 89 }), { maxLength: 2 })
      .map((times) => times.sort((a, b) => a - b));
    const role = fc.record({ ready: fc.integer({ min: 0, max: 4 }), readyAt: orders });
    const setting = fc.record({
      start: fc.record({ prefill: role, decode: role }),
      maxGpus: fc.integer({ min: 2, max: 9 }),
      launchSeconds: fc.constantFrom(20, 90, 130),
      drainSeconds: fc.constantFrom(0, 10),
      width: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(rates, setting, (demand, { start, maxGpus, launchSeconds, drainSeconds, width }) => {
        const limits = { ...splitLimits(maxGpus), ratio: { min: 0.2, max: 2 } };
        const table = indexTable(plantedTable(limits));
        const problem = problemOf(demand, { limits, table, start, launchSeconds, drainSeconds });
        const plan = searchPlan(problem, width);
        const { chosen, other } = plainSearch(problem, width);
        assert.deepEqual(plan.steps, chosen.steps);
        assert.deepEqual(plan.runnerUp?.steps, other?.steps);
        assert.ok(Math.abs(plan.cost - chosen.cost) < 1e-9 * (1 + chosen.cost));
        assert.ok(Math.abs(plan.gpuSeconds - chosen.gpuSeconds) < 1e-9 * (1 + chosen.gpuSeconds));
      }),
      { numRuns: 60 },
    );
  });

  it('finds the cheapest of all paths when the beam is wide', () => {
    const limits = serveLimits(1, 3);
    const table = indexTable(plantedTable(limits));
    const start: FleetState = { serve: { ready: 1, readyAt: [] } };
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 3, maxLength: 3 }), (demand) => {
        const problem = problemOf(demand, { limits, table, start, launchSeconds: 45 });
        assert.ok(Math.abs(searchPlan(problem, 1000, 3).cost - cheapestOfAll(problem)) < 1e-9);
      }),
      { numRuns: 30 },
    );
  });
});

/** Every path there is, one by one. */
function cheapestOfAll(problem: PlanProblem): number {
  const steps = problem.demand.high.length;
  let best = Infinity;
  const walk = (path: PathScore, step: number): void => {
    if (step === steps) best = Math.min(best, path.cost);
    else
      for (const counts of allowedConfigurations(problem.limits))
        walk(scoreStep(problem, path, step, counts), step + 1);
  };
  walk(startScore(problem), 0);
  return best;
}

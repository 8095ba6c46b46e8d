import { atRate, goodput, simulate, sloAttainment, steadyAttainment, type StaticDeployment } from '../serving/index.js';
import type { InstanceCounts, Slo } from '../spec/index.js';
import { sliceTrace, type Trace } from '../trace/index.js';
import { attainmentRow, type AttainmentRow } from './attainment-table.js';

/** One configuration to measure, as a task of the worker pool. */
export interface MeasureTask {
  readonly counts: InstanceCounts;
  readonly deployment: Omit<StaticDeployment, 'counts'>;
  readonly slo: Slo;
  readonly unitTrace: Trace;
  readonly stepSeconds: number;
}

/** Rates below goodput, in units of it, that are simulated beside those that its search needed. */
const UNDERLOADS = [0.5, 0.75, 0.9];
/** Rates beyond goodput, in units of it, at which an overload of one step is simulated. */
const OVERLOADS = [1.08, 1.2, 1.4, 1.8, 2.5];
const GOODPUT_TOLERANCE = 0.02;

/**
 * The attainment curve of one configuration: up to its goodput from long runs, beyond it from overloads that last one step
 * (an overload's attainment falls with its length, so its length must be said).
 */
export function measureRow({ counts, deployment, slo, unitTrace, stepSeconds }: MeasureTask): AttainmentRow {
  const found = goodput(unitTrace, { ...deployment, counts }, slo, { tolerance: GOODPUT_TOLERANCE });
  if (found.goodput === 0) return attainmentRow(counts, [], 0); // no rate keeps the target
  const kept = found.points.filter(({ rate }) => rate <= found.goodput);
  const below = UNDERLOADS.map((factor) => {
    const rate = found.goodput * factor;
    return { rate, attainment: steadyAttainment(unitTrace, rate, { ...deployment, counts }, slo) };
  });
  const overloaded = OVERLOADS.map((factor) => {
    const rate = found.goodput * factor;
    const step = sliceTrace(atRate(unitTrace, rate), 0, stepSeconds);
    return { rate, attainment: sloAttainment(simulate(step, { ...deployment, counts }), slo) };
  });
  return attainmentRow(counts, [...below, ...kept, ...overloaded], found.goodput);
}

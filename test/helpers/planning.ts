import { attainmentRow, allowedConfigurations, type AttainmentTable, type FleetLimits } from '../../src/plan/index.js';
import type { Demand } from '../../src/plan/index.js';

/** Limits of a disaggregated fleet with `maxGpus` single-GPU instances. */
export function splitLimits(maxGpus: number): FleetLimits {
  const role = { minReplicas: 1, maxReplicas: maxGpus, gpusPerReplica: 1 };
  return { roles: { prefill: role, decode: role }, maxGpus };
}

/** Limits of a colocated fleet. */
export function serveLimits(minReplicas: number, maxReplicas: number): FleetLimits {
  return { roles: { serve: { minReplicas, maxReplicas, gpusPerReplica: 1 } }, maxGpus: maxReplicas };
}

/**
 * A table with planted truth: a prefill instance can do 12 requests per second, a decode instance 6, a colocated one 5; at
 * that rate 90 % meet the SLO, at half of it all do, at twice none.
 */
export function plantedTable(limits: FleetLimits): AttainmentTable {
  const rows = allowedConfigurations(limits).map((counts) => {
    const goodput =
      counts.serve === undefined ? Math.min(12 * (counts.prefill ?? 0), 6 * (counts.decode ?? 0)) : 5 * counts.serve;
    const points = [
      { rate: goodput / 2, attainment: 1 },
      { rate: goodput, attainment: 0.9 },
      { rate: goodput * 2, attainment: 0 },
    ];
    return attainmentRow(counts, points, goodput);
  });
  return { target: 0.9, rows };
}

/** A demand that is known for sure. */
export function sureDemand(stepSeconds: number, rates: readonly number[]): Demand {
  return { stepSeconds, high: Float64Array.from(rates), expected: Float64Array.from(rates) };
}

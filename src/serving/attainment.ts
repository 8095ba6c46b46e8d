import type { Slo } from '../spec/index.js';
import { Outcome, type ResultColumns } from './results.js';

/** The columns that an SLO is judged by. */
export type Latencies = Pick<ResultColumns, 'ttft' | 'tpot' | 'e2e' | 'outcome'>;

/** Whether a request finished within every bound of the SLO. */
export function isMet(
  results: Latencies,
  request: number,
  { ttft = Infinity, tpot = Infinity, e2e = Infinity }: Slo,
): boolean {
  return (
    results.outcome[request] === Outcome.finished &&
    results.ttft[request]! <= ttft &&
    !(results.tpot[request]! > tpot) && // one token has no TPOT, and meets it
    results.e2e[request]! <= e2e
  );
}

/** For each request 1 when it finished within every bound of the SLO, else 0. */
export function metSlo(results: Latencies, slo: Slo): Uint8Array {
  return results.outcome.map((_, request) => (isMet(results, request, slo) ? 1 : 0));
}

/**
 * Share of the attempted requests that met every bound, in [0, 1]; those that failed or never finished did not. Requests that
 * failed in the trace itself were not attempted. NaN when none was.
 */
export function sloAttainment(results: Latencies, slo: Slo): number {
  const met = metSlo(results, slo);
  let attempted = 0;
  let kept = 0;
  for (let request = 0; request < met.length; request++) {
    if (results.outcome[request] === Outcome.failedInTrace) continue;
    attempted++;
    kept += met[request]!;
  }
  return kept / attempted;
}

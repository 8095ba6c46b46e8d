import { InputError, seededRandom } from '../../base/index.js';
import { mixOf, sampleTrace, type WorkloadMix } from '../../load/index.js';
import {
  allowedConfigurations,
  gpusOf,
  measureAttainment,
  type AttainmentRow,
  type AttainmentTable,
  type FleetLimits,
} from '../../plan/index.js';
import type { Trace } from '../../trace/index.js';
import type { ReportProgress } from '../progress.js';
import { DEMO, type DemoSettings } from './settings.js';

/** Step 3: what each configuration can serve, under the requests before the day that is replayed. */
export interface CapacityStage {
  readonly limits: FleetLimits;
  readonly unitTrace: Trace;
  /** The requests before that day. */
  readonly mix: WorkloadMix;
  readonly table: AttainmentTable;
  /** The splits that use every GPU. */
  readonly splits: readonly AttainmentRow[];
}

/** Measures every split within the GPUs on requests like those before `dayStartsAt`. */
export async function capacityStage(
  settings: DemoSettings,
  dayStartsAt: number,
  report: ReportProgress,
): Promise<CapacityStage> {
  const { trace, profile, slo, gpus, seed } = settings;
  const role = { minReplicas: 1, maxReplicas: gpus - 1, gpusPerReplica: 1 };
  const limits: FleetLimits = { roles: { prefill: role, decode: role }, maxGpus: gpus };
  const mix = mixOf(trace, { toSeconds: dayStartsAt, halfLifeSeconds: DEMO.mixHalfLifeSeconds });
  if (!mix.weights.some((weight) => weight > 0))
    throw new InputError('--trace: it has no served request before the day that the demo replays');
  const unitTrace = sampleTrace(mix, 1, DEMO.unitRequests, seededRandom(seed, 'unit trace'));
  const table = await measureAttainment({
    ...{ configurations: allowedConfigurations(limits), deployment: { profile }, slo, unitTrace },
    stepSeconds: DEMO.binSeconds,
    onDone: (done, total) => report(done, total, 'splits measured'),
  });
  return { limits, unitTrace, mix, table, splits: rowsOf(table, limits, gpus) };
}

/** The rows of the splits that take exactly so many GPUs. */
export function rowsOf(table: AttainmentTable, limits: FleetLimits, gpus: number): AttainmentRow[] {
  return table.rows.filter(({ counts }) => gpusOf(counts, limits) === gpus);
}

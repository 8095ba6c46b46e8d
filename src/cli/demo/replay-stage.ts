import { hpaTargets, replay, type PolicySpec, type ReplayResult } from '../../contest/index.js';
import { configurationKey } from '../../plan/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import type { ReportProgress } from '../progress.js';
import type { CapacityStage } from './capacity-stage.js';
import type { PlanStage } from './plan-stage.js';
import type { Scenario } from './scenario-stage.js';
import { DEMO, type DemoSettings } from './settings.js';

/**
 * Step 6: the whole day under static splits (the one that the busiest hours need, and the best one that is a GPU smaller), the HPA-like
 * rule and Foresail, in this order, all on the same arrivals; those that scale start from the first split.
 */
export async function replayStage(
  { profile }: DemoSettings,
  capacity: CapacityStage,
  scenario: Scenario,
  planned: PlanStage,
  report: ReportProgress,
): Promise<readonly ReplayResult[]> {
  const { counts } = scenario.best;
  const row = capacity.table.rows.find((found) => configurationKey(found.counts) === configurationKey(counts))!;
  const policies: PolicySpec[] = [
    ...staticsOf(scenario).map((split): PolicySpec => ({ kind: 'static', counts: split })),
    { kind: 'hpa', targetRequests: hpaTargets(capacity.unitTrace, { profile, counts }, row.goodput) },
    {
      kind: 'foresail',
      control: planned.control,
      forecaster: { name: DEMO.model, horizon: DEMO.steps, bytes: planned.forecaster },
    },
  ];
  // The one that takes longest first, so that no thread waits for another at the end.
  const results = await replay(scenario.setting, policies.toReversed(), (done, total) =>
    report(done, total, 'policies replayed'),
  );
  return results.toReversed();
}

/** The split that keeps the target over the busiest hours, and the largest smaller one. */
function staticsOf({ best, statics }: Scenario): InstanceCounts[] {
  const smaller = statics[statics.indexOf(best) - 1];
  return [best, ...(smaller ? [smaller] : [])].map(({ counts }) => counts);
}

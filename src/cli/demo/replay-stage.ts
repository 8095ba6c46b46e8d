import { hpaTargets, replay, type PolicySpec, type ReplayResult } from '../../contest/index.js';
import { configurationKey } from '../../plan/index.js';
import type { ReportProgress } from '../progress.js';
import type { CapacityStage } from './capacity-stage.js';
import type { PlanStage } from './plan-stage.js';
import type { Scenario } from './scenario-stage.js';
import { DEMO, type DemoSettings } from './settings.js';

/**
 * Step 6: the window under the best static split, the HPA-like rule and Foresail, in this order, all on the same arrivals and
 * all starting from that split.
 */
export async function replayStage(
  { profile }: DemoSettings,
  capacity: CapacityStage,
  scenario: Scenario,
  planned: PlanStage,
  report: ReportProgress,
): Promise<readonly ReplayResult[]> {
  const { counts, result } = scenario.best;
  const row = capacity.table.rows.find((found) => configurationKey(found.counts) === configurationKey(counts))!;
  const policies: PolicySpec[] = [
    { kind: 'hpa', targetRequests: hpaTargets(capacity.unitTrace, { profile, counts }, row.goodput) },
    {
      kind: 'foresail',
      control: planned.control,
      forecaster: { name: DEMO.model, horizon: DEMO.steps, bytes: planned.forecaster.save() },
    },
  ];
  const results = await replay(scenario.setting, policies, (done, total) => report(done, total, 'policies replayed'));
  return [result, ...results];
}

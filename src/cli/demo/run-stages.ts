import { busiestWindow, lastDay } from '../../contest/index.js';
import { binTrace, type LoadSeries } from '../../load/index.js';
import { withProgress } from '../progress.js';
import { capacityStage } from './capacity-stage.js';
import { forecastStage } from './forecast-stage.js';
import { planStage } from './plan-stage.js';
import * as text from './print.js';
import { replayStage } from './replay-stage.js';
import type { DemoResult } from './report.js';
import { scenarioStage, type DemoWindows } from './scenario-stage.js';
import { backtestBinSeconds, DEMO, type DemoSettings } from './settings.js';

/**
 * Runs the demo's stages one after the other.
 *
 * @param say told each stage's findings, for people
 */
export async function runStages(
  settings: DemoSettings,
  traceName: string,
  say: (text: string) => void,
): Promise<DemoResult> {
  const { slo, profile } = settings;
  say(text.traceText(settings.trace, traceName));
  const load = binTrace(settings.trace, backtestBinSeconds(settings.trace));
  const windows = demoWindows(load);
  const [forecast, capacity] = await withProgress('forecasts and goodput', (tell) =>
    Promise.all([
      forecastStage(settings, load, tell, () => performance.now() / 1000),
      capacityStage(settings, windows.day.startAt, () => undefined), // on worker threads, beside the forecasts
    ]),
  );
  say(text.forecastText(forecast));
  say(text.capacityText(capacity, slo, profile.name));
  const scenario = await withProgress('scaling', (tell) => scenarioStage(settings, load, windows, capacity, tell));
  say(text.scenarioText(scenario, slo.attainment));
  const planned = await withProgress('plan', () => planStage(settings, capacity, scenario));
  say(text.planText(planned, scenario));
  const results = await withProgress('replay', (tell) => replayStage(settings, capacity, scenario, planned, tell));
  say(text.replayText(results, scenario));
  return { settings, traceName, forecast, capacity, scenario, planned, results };
}

/** The last day and its busiest two hours; of a short trace its second half, and the busiest part of that. */
function demoWindows(load: LoadSeries): DemoWindows {
  const seconds = load.requests.length * load.binSeconds;
  const hours = busiestWindow(load, Math.min(DEMO.hoursSeconds, Math.floor((0.4 * seconds) / 600) * 600));
  return { day: lastDay(load), hours };
}

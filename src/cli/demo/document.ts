import type { BacktestScore } from '../../forecast/index.js';
import type { ReplayResult } from '../../contest/index.js';
import type { DemoResult } from './report.js';

/** The demo's numbers as a document for programs. */
export function demoDocument(result: DemoResult): object {
  const { settings, traceName, forecast, capacity, scenario, planned, results } = result;
  const { trainBins, target, scores } = forecast;
  const { startAt, endAt } = scenario.setting.window;
  return {
    trace: traceName,
    requests: settings.trace.arrival.length,
    forecast: {
      series: { target: target.name, binSeconds: target.binSeconds, bins: target.values.length, trainBins },
      models: scores.map(modelDocument),
    },
    goodput: capacity.splits.map(({ counts, goodput }) => ({ ...counts, goodput })),
    plan: {
      steps: planned.plan.steps.map((counts, step) => ({
        atSeconds: startAt + step * planned.plan.stepSeconds,
        ...counts,
      })),
      predictedAttainment: planned.plan.predictedAttainment,
      runnerUp: planned.plan.runnerUp,
      binding: planned.plan.binding,
    },
    replay: {
      fromSeconds: startAt,
      toSeconds: endAt,
      factor: scenario.factor,
      statics: scenario.statics.map(({ counts, result: { attainment, gpuHours } }) => ({
        ...counts,
        attainment,
        gpuHours,
      })),
      results: results.map(resultDocument),
    },
  };
}

function modelDocument(score: BacktestScore): object {
  const { model, horizon, nmae, nmse, nmseEnergy, bias, p90Coverage, p90Pinball, fitSeconds } = score;
  return { model, horizon, nmae, nmse, nmseEnergy, bias, p90Coverage, p90Pinball, fitSeconds };
}

function resultDocument(result: ReplayResult): object {
  const { policy, requests, attainment, goodputPerGpu, goodRate, gpuHours, ttftSeconds, tpotSeconds } = result;
  const { scaleEvents, reversals } = result;
  return {
    policy,
    requests,
    attainment,
    goodputPerGpu,
    goodRate,
    gpuHours,
    ttftSeconds,
    tpotSeconds,
    scaleEvents,
    reversals,
  };
}

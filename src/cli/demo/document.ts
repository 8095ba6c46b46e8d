import type { BacktestScore } from '../../forecast/index.js';
import { attainmentBetween, type ReplayResult } from '../../contest/index.js';
import type { DemoResult } from './report.js';

/** The demo's numbers as a document for programs. */
export function demoDocument(result: DemoResult): object {
  const { settings, traceName, forecast, capacity, scenario, planned, results } = result;
  const { trainBins, target, scores } = forecast;
  const { setting, hours } = scenario;
  const { startAt, endAt } = setting.window;
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
        atSeconds: hours.startAt + step * planned.plan.stepSeconds,
        ...counts,
      })),
      predictedAttainment: planned.plan.predictedAttainment,
      runnerUp: planned.plan.runnerUp,
      binding: planned.plan.binding,
    },
    replay: {
      fromSeconds: startAt,
      toSeconds: endAt,
      busiest: { fromSeconds: hours.startAt, toSeconds: hours.endAt },
      factor: scenario.factor,
      statics: scenario.statics.map(({ counts, result: { attainment, gpuHours } }) => ({
        ...counts,
        attainment,
        gpuHours,
      })),
      results: results.map((found) => ({
        ...resultDocument(found),
        attainmentInBusiest: attainmentBetween(found, (hours.startAt - startAt) / 60, (hours.endAt - startAt) / 60),
      })),
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

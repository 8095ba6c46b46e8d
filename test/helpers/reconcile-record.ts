import type { ReconcileRecord } from '../../src/operator/index.js';

/** A round of a disaggregated fleet that scales up. */
export function upwardRound(change: Partial<ReconcileRecord> = {}): ReconcileRecord {
  return {
    ...{ resource: { namespace: 'ai', name: 'llama' }, generation: 1, model: 'meta/llama', mode: 'Auto' },
    ...{ sloAttainment: 0.95, retrainEverySeconds: 3600 },
    ...{ startedAt: 1000, endedAt: 1000.2 },
    pools: [
      { role: 'prefill', target: 'Deployment/llama-prefill', current: 1, ready: 1, desired: 2 },
      { role: 'decode', target: 'Deployment/llama-decode', current: 2, ready: null, desired: 2 },
    ],
    decision: { kind: 'scale', targets: { prefill: 2, decode: 2 }, reason: 'forecast' },
    plan: {
      ...{
        stepSeconds: 60,
        steps: [
          { prefill: 2, decode: 2 },
          { prefill: 2, decode: 4 },
        ],
        gpuSeconds: 600,
        cost: 600,
      },
      ...{ predictedAttainment: 0.97, binding: 'slo', runnerUp: null },
    },
    ...{ wish: { prefill: 3, decode: 2 }, limits: ['max-step'], writes: [{ role: 'prefill', from: 1, to: 2 }] },
    forecasts: [
      {
        ...{ target: 'requests', model: 'ensemble', originAt: 960, trainedAt: 400, isCold: false },
        points: [
          { horizonSeconds: 60, p50: 9, p90: 11 },
          { horizonSeconds: 300, p50: 19, p90: 23 },
        ],
      },
    ],
    accuracy: { nmae: 0.12, nmse: null, bias: -0.02, coverage: 0.91 },
    newestSampleAt: 990,
    conditions: [
      { type: 'Ready', status: 'True', reason: 'Reconciled', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
      { type: 'Conflicted', status: 'False', reason: 'Alone', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
    ],
    error: null,
    ...change,
  };
}

import assert from 'node:assert/strict';
import { OPERATOR_METRIC, operatorMetrics, type OperatorMetrics } from '../../../src/operator/index.js';
import { upwardRound } from '../../helpers/reconcile-record.js';

const OF_LLAMA = 'namespace="ai",goodputscaler="llama"';

describe("the operator's metrics", () => {
  let now = 1001;
  let isLeader = true;
  let metrics: OperatorMetrics;
  beforeEach(async () => {
    now = 1001;
    metrics = await operatorMetrics({ epochSeconds: () => now, isLeader: () => isLeader });
  });
  const lines = async (): Promise<string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const valueOf = async (series: string): Promise<string | undefined> =>
    (await lines())
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')
      .at(-1);

  it('tell pools as they are and as they are wanted', async () => {
    metrics.record(upwardRound());
    assert.equal(await valueOf(`foresail_desired_replicas{${OF_LLAMA},role="prefill"}`), '2');
    assert.equal(await valueOf(`foresail_recommended_replicas{${OF_LLAMA},role="prefill"}`), '2');
    assert.equal(await valueOf(`foresail_current_replicas{${OF_LLAMA},role="prefill"}`), '1');
    assert.equal(await valueOf(`foresail_goodputscaler_info{${OF_LLAMA},model="meta/llama",mode="Auto"}`), '1');
  });

  it('tell what was asked for beside what is', async () => {
    metrics.record(upwardRound());
    assert.equal(await valueOf(`foresail_slo_attainment_target{${OF_LLAMA}}`), '0.95');
    assert.equal(await valueOf(`foresail_retrain_interval_seconds{${OF_LLAMA}}`), '3600');
  });

  it('leave out what is unknown', async () => {
    metrics.record(upwardRound());
    assert.equal(await valueOf(`foresail_ready_replicas{${OF_LLAMA},role="decode"}`), undefined);
    assert.equal(await valueOf(`foresail_forecast_nmse{${OF_LLAMA}}`), undefined);
    assert.equal(await valueOf(`foresail_forecast_nmae{${OF_LLAMA}}`), '0.12');
  });

  it('recommend nothing in mode Shadow', async () => {
    metrics.record(upwardRound({ mode: 'Shadow' }));
    assert.equal(await valueOf(`foresail_recommended_replicas{${OF_LLAMA},role="prefill"}`), undefined);
    assert.equal(await valueOf(`foresail_desired_replicas{${OF_LLAMA},role="prefill"}`), '2');
    metrics.record(upwardRound({ mode: 'Recommend' }));
    assert.equal(await valueOf(`foresail_recommended_replicas{${OF_LLAMA},role="prefill"}`), '2');
  });

  it('tell the forecast per target, horizon and level', async () => {
    metrics.record(upwardRound());
    const series = (level: string): string =>
      `foresail_forecast_per_second{${OF_LLAMA},target="requests",horizon="5m",level="${level}"}`;
    assert.equal(await valueOf(series('0.5')), '19');
    assert.equal(await valueOf(series('0.9')), '23');
  });

  it('age between rounds, and while nothing new is read', async () => {
    metrics.record(upwardRound());
    assert.equal(await valueOf(`foresail_metrics_age_seconds{${OF_LLAMA}}`), '11');
    assert.equal(await valueOf(`foresail_model_age_seconds{${OF_LLAMA}}`), '601');
    now = 1061;
    metrics.record(upwardRound({ newestSampleAt: null }));
    assert.equal(await valueOf(`foresail_metrics_age_seconds{${OF_LLAMA}}`), '71');
  });

  it('count decisions, limits, scalings and rounds', async () => {
    metrics.record(upwardRound());
    metrics.record(upwardRound());
    metrics.record(upwardRound({ decision: null, plan: null, limits: [], writes: [], pools: [], error: 'no route' }));
    assert.equal(await valueOf(`foresail_decisions_total{${OF_LLAMA},kind="scale",reason="forecast"}`), '2');
    assert.equal(await valueOf(`foresail_limits_total{${OF_LLAMA},limit="max-step"}`), '2');
    assert.equal(await valueOf(`foresail_scalings_total{${OF_LLAMA},role="prefill",direction="up"}`), '2');
    assert.equal(await valueOf(`foresail_reconciles_total{${OF_LLAMA},outcome="done"}`), '2');
    assert.equal(await valueOf(`foresail_reconciles_total{${OF_LLAMA},outcome="error"}`), '1');
    assert.equal(await valueOf(`foresail_reconcile_seconds_count{${OF_LLAMA}}`), '3');
  });

  it('say what holds and what does not', async () => {
    metrics.record(upwardRound());
    assert.equal(await valueOf(`foresail_condition{${OF_LLAMA},type="Ready"}`), '1');
    assert.equal(await valueOf(`foresail_condition{${OF_LLAMA},type="Conflicted"}`), '0');
  });

  it('forget a GoodputScaler that is gone, and no other', async () => {
    metrics.record(upwardRound());
    metrics.record(upwardRound({ resource: { namespace: 'ai', name: 'other' } }));
    metrics.forget('ai/llama');
    const left = await lines();
    assert.ok(left.every((line) => !line.includes(OF_LLAMA)));
    assert.ok(left.some((line) => line.includes('goodputscaler="other"')));
  });

  it('are none of a GoodputScaler while another process leads', async () => {
    metrics.record(upwardRound());
    isLeader = false;
    const gauges = new Set<string>(
      Object.values(OPERATOR_METRIC).flatMap(({ name, type }) => (type === 'gauge' ? name : [])),
    );
    const told = (await lines()).filter((line) => line.includes(OF_LLAMA) && gauges.has(line.split('{')[0]!));
    isLeader = true;
    assert.deepEqual(told, []);
    assert.ok((await lines()).some((line) => line.startsWith('foresail_metrics_age_seconds')));
  });

  it('say of one whose spec cannot be used that it is not ready, and nothing of what was before', async () => {
    metrics.record(upwardRound());
    const [ready] = upwardRound().conditions;
    metrics.record(
      upwardRound({
        ...{
          generation: null,
          model: null,
          mode: null,
          sloAttainment: null,
          retrainEverySeconds: null,
          pools: [],
          decision: null,
          plan: null,
          wish: null,
          limits: [],
        },
        ...{ writes: [], forecasts: [], accuracy: null, newestSampleAt: null, error: 'spec: no time zone' },
        conditions: [{ ...ready!, status: 'False' }],
      }),
    );
    const gauges = (await lines()).filter(
      (line) => line.includes(OF_LLAMA) && !/_(total|bucket|sum|count)\{/.test(line),
    );
    assert.deepEqual(gauges, [`foresail_condition{${OF_LLAMA},type="Ready"} 0`]);
    assert.equal(await valueOf(`foresail_reconciles_total{${OF_LLAMA},outcome="error"}`), '1');
  });

  it('say whether this process may write', async () => {
    assert.equal(await valueOf('foresail_leader'), '1');
    isLeader = false;
    assert.equal(await valueOf('foresail_leader'), '0');
  });

  it('are all registered as they are listed', async () => {
    const registered = await metrics.registry.getMetricsAsJSON();
    assert.deepEqual(
      registered.map(({ name, type }) => `${name} ${String(type)}`).sort(),
      Object.values(OPERATOR_METRIC)
        .map(({ name, type }) => `${name} ${type}`)
        .sort(),
    );
  });
});

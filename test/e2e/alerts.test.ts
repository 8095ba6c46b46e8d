import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageFile } from '../../src/base/index.js';
import { operatorMetrics } from '../../src/operator/index.js';
import { upwardRound } from '../helpers/reconcile-record.js';

const rules = packageFile('k8s/alerts.yaml');

/** Alerts that fire after so many minutes in which series have had one value, by promtool's own evaluation. */
function assertFires(minutes: number, series: readonly string[], alert: string, expected: object[]): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-alerts-'));
  const file = path.join(folder, 'test.yaml');
  const input_series = series.map((one) => ({
    series: one.split(' ')[0]!,
    values: `${one.split(' ')[1]!}x${minutes}`,
  }));
  const alert_rule_test = [{ eval_time: `${minutes}m`, alertname: alert, exp_alerts: expected }];
  const tests = [{ interval: '1m', input_series, alert_rule_test }];
  writeFileSync(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '1m', tests }));
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  assert.equal(status, 0, stdout + stderr);
}

const labels = { namespace: 'ai', goodputscaler: 'llama' };
const series = (name: string, more = ''): string => `${name}{namespace="ai",goodputscaler="llama"${more}}`;

describe('the alert rules, by promtool', () => {
  it('are rules that Prometheus takes', () => {
    assert.match(execFileSync('promtool', ['check', 'rules', rules], { encoding: 'utf8' }), /SUCCESS: \d+ rules found/);
  });

  it('fire when the metrics of a service grow old, and say how old', () => {
    const exp_annotations = {
      summary: 'The metrics of ai/llama are missing',
      description: 'The newest sample is 6m 40s old. The fleet is held, and goes to its fallback if it has one.',
    };
    const stale = series('foresail_metrics_age_seconds');
    assertFires(5, [`${stale} 400+0`], 'ForesailMetricsStale', [
      { exp_labels: { ...labels, severity: 'critical' }, exp_annotations },
    ]);
    assertFires(5, [`${stale} 200+0`], 'ForesailMetricsStale', []);
  });

  it('fire when the plan misses the attainment that the SLO asks for, whatever that is', () => {
    const planned = series('foresail_predicted_attainment');
    const target = series('foresail_slo_attainment_target');
    const exp_annotations = {
      summary: 'The plan of ai/llama misses its SLO',
      description: 'Only 97% of requests are expected within the SLO: raise its budget or limits.',
    };
    assertFires(15, [`${planned} 0.97+0`, `${target} 0.99+0`], 'ForesailSloAtRisk', [
      { exp_labels: { ...labels, severity: 'warning' }, exp_annotations },
    ]);
    assertFires(15, [`${planned} 0.75+0`, `${target} 0.7+0`], 'ForesailSloAtRisk', []);
  });

  it('fire when the model is older than twice the time from one training to the next', () => {
    const age = series('foresail_model_age_seconds');
    const every = series('foresail_retrain_interval_seconds');
    const exp_annotations = {
      summary: 'The forecaster of ai/llama is old',
      description:
        'It was trained 2h 30m 0s ago, more than twice forecast.retrainEvery: trainings fail, or take too long.',
    };
    assertFires(90, [`${age} 9000+0`, `${every} 3600+0`], 'ForesailModelOld', [
      { exp_labels: { ...labels, severity: 'warning' }, exp_annotations },
    ]);
    assertFires(90, [`${age} 9000+0`, `${every} 604800+0`], 'ForesailModelOld', []);
  });

  it('fire when no process may write, and not while one does', () => {
    const exp_annotations = {
      summary: 'No operator may write',
      description:
        'No replica of the operator holds the lease, or none is scraped. Replicas stay as they are: nothing scales.',
    };
    const both = ['foresail_leader{instance="a"}', 'foresail_leader{instance="b"}'];
    const expected = [{ exp_labels: { severity: 'critical' }, exp_annotations }];
    assertFires(
      5,
      both.map((one) => `${one} 0+0`),
      'ForesailNoLeader',
      expected,
    );
    assertFires(5, [`${both[0]!} 0+0`, `${both[1]!} 1+0`], 'ForesailNoLeader', []);
  });

  it('fire when rounds fail on and on, and not for one of them', () => {
    const failed = series('foresail_reconciles_total', ',outcome="error"');
    const exp_annotations = {
      summary: 'Rounds of ai/llama fail',
      description: 'Rounds have failed for 10 minutes on end: see the log of the operator.',
    };
    const expected = [{ exp_labels: { ...labels, outcome: 'error', severity: 'warning' }, exp_annotations }];
    assertFires(30, [`${failed} 0+4`], 'ForesailRoundsFail', expected);
    assertFires(30, [`${failed} 1+0`], 'ForesailRoundsFail', []);
  });
});

describe("the operator's metrics, by promtool", () => {
  it('are named and described as Prometheus likes it', async () => {
    const metrics = await operatorMetrics({ epochSeconds: () => 1001, isLeader: () => true });
    metrics.record(upwardRound());
    const input = await metrics.registry.metrics();
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.equal(stdout + stderr, '');
  });
});

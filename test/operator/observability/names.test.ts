import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { packageFile } from '../../../src/base/index.js';
import { alertRules, dashboard, OPERATOR_METRIC, type OperatorMetric } from '../../../src/operator/index.js';
import { METRIC } from '../../../src/vllm/index.js';

/** Suffixes under which a histogram's series are asked for. */
const SUFFIXES = /_(bucket|sum|count)$/;
const metrics = new Map<string, OperatorMetric>(Object.values(OPERATOR_METRIC).map((metric) => [metric.name, metric]));
const vllm = new Set<string>(Object.values(METRIC));

interface Dashboard {
  panels: { title: string; gridPos: { x: number; y: number }; targets: { expr: string; legendFormat: string }[] }[];
  templating: { list: { query: string }[] };
}

const { panels, templating } = dashboard() as Dashboard;
const rules = alertRules().groups.flatMap((group) => group.rules);
const expressions = [
  ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...templating.list.map(({ query }) => query),
  ...rules.map(({ expr }) => expr),
];

/** Names of metrics in an expression: words of ours and of vLLM's. */
function namesIn(expression: string): string[] {
  return (expression.match(/\b(foresail|process|vllm)[_:][a-z0-9_:]+/g) ?? []).map((name) =>
    metrics.has(name) || vllm.has(name) ? name : name.replace(SUFFIXES, ''),
  );
}

describe('the dashboard and the alerts', () => {
  it('ask only for metrics that the operator or vLLM has', () => {
    for (const expression of expressions)
      for (const name of namesIn(expression))
        assert.ok(metrics.has(name) || vllm.has(name), `${name} in ${expression}`);
  });

  it('ask the operator only for labels that the metric has', () => {
    for (const expression of expressions)
      for (const [, name, labels] of expression.matchAll(/\b(foresail_[a-z0-9_]+)\{([^}]*)\}/g)) {
        const metric = metrics.get(name!) ?? metrics.get(name!.replace(SUFFIXES, ''))!;
        for (const [, label] of labels!.matchAll(/(\w+)="/g))
          assert.ok(metric.labels.includes(label!), `${label} of ${name} in ${expression}`);
      }
  });

  it('ask for something in every expression but the choice of a data source', () => {
    for (const expression of expressions)
      if (expression !== 'prometheus') assert.ok(namesIn(expression).length > 0, expression);
  });

  it('show what the operator tells: replicas, forecast, its errors, reasons, times, ages', () => {
    const shown = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr))));
    const {
      desired,
      current,
      ready,
      forecast,
      nmae,
      nmse,
      bias,
      coverage,
      decisions,
      reconcileTime,
      metricsAge,
      modelAge,
    } = OPERATOR_METRIC;
    for (const { name } of [
      desired,
      current,
      ready,
      forecast,
      nmae,
      nmse,
      bias,
      coverage,
      decisions,
      reconcileTime,
      metricsAge,
      modelAge,
    ])
      assert.ok(shown.has(name), name);
  });

  it('lay no panel over another', () => {
    assert.equal(new Set(panels.map(({ gridPos }) => `${gridPos.x},${gridPos.y}`)).size, panels.length);
  });

  it('name every alert once, each with a severity, a time and words for people', () => {
    assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
    for (const { alert, for: time, annotations } of rules) {
      assert.match(alert, /^Foresail[A-Z]/);
      assert.match(time, /^\d+m$/);
      assert.ok(annotations.summary.length > 0 && annotations.description.length > 0);
    }
  });
});

describe('the documentation of metrics and alerts', () => {
  const page = readFileSync(packageFile('docs/observability.md'), 'utf8');

  it('names every one', () => {
    for (const name of [...metrics.keys(), ...rules.map(({ alert }) => alert)])
      assert.ok(page.includes(`\`${name}\``), name);
  });
});

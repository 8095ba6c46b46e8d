import type { Counter, Histogram, Registry } from 'prom-client';
import { formatKey, type ReconcileRecord, type ResourceKey } from '../reconcile-record.js';
import { OPERATOR_METRIC, type OperatorMetric } from './metric-names.js';
import { counterSamples, gaugeSamples, type Labels } from './samples.js';

/** What the operator tells Prometheus. */
export interface OperatorMetrics {
  readonly registry: Registry;
  /** Takes in a round; it replaces what the last one of that GoodputScaler said, and adds to its counters. */
  readonly record: (round: ReconcileRecord) => void;
  /** Takes a GoodputScaler that is gone off every metric; `key` is its `formatKey`. */
  readonly forget: (key: string) => void;
}

/** What the metrics need of the process. */
export interface MetricsPorts {
  /** Wall time, Unix seconds. */
  readonly epochSeconds: () => number;
  /** Whether this process may write. */
  readonly isLeader: () => boolean;
}

const RECONCILE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Opens the operator's metrics. Gauges are read from the last rounds at each scrape, so ages are as of then; a value that is unknown is absent, never 0.
 * A process that does not lead knows nothing of GoodputScalers now, and has no gauges of them.
 */
export async function operatorMetrics({ epochSeconds, isLeader }: MetricsPorts): Promise<OperatorMetrics> {
  const prom = await import('prom-client');
  const registry = new prom.Registry();
  const rounds = new Map<string, ReconcileRecord>();
  const counting = countingOf(registry, prom);
  for (const [key, metric] of Object.entries<OperatorMetric>(OPERATOR_METRIC))
    if (metric.type === 'gauge' && metric.labels.length > 0)
      new prom.Gauge({
        ...{ name: metric.name, help: metric.help, labelNames: [...metric.labels], registers: [registry] },
        collect() {
          this.reset();
          if (!isLeader()) return;
          for (const round of rounds.values())
            for (const sample of gaugeSamples(round, epochSeconds()))
              if (sample.metric === key) this.set({ ...scalerLabels(round.resource), ...sample.labels }, sample.value);
        },
      });
  addProcessMetrics(registry, prom, isLeader);
  return {
    registry,
    record(round) {
      const key = formatKey(round.resource);
      const before = round.generation === null ? undefined : rounds.get(key); // without a spec there is nothing to be read
      rounds.set(key, { ...round, newestSampleAt: round.newestSampleAt ?? before?.newestSampleAt ?? null }); // so that it ages
      for (const { metric, labels } of counterSamples(round)) counting.add(round.resource, metric, labels);
      counting.time(round.resource, round.endedAt - round.startedAt);
    },
    forget(key) {
      rounds.delete(key);
      counting.forget(key);
    },
  };
}

function scalerLabels({ namespace, name }: ResourceKey): Labels {
  return { namespace, goodputscaler: name };
}

type Prom = typeof import('prom-client');

/** Counters and the histogram, which remember what they were told of each GoodputScaler so that it can be forgotten. */
function countingOf(registers: Registry, prom: Prom) {
  const counters = new Map<string, Counter>();
  const told = new Map<string, Map<string, () => void>>();
  for (const [key, { name, help, type, labels }] of Object.entries<OperatorMetric>(OPERATOR_METRIC))
    if (type === 'counter' && labels.length > 0)
      counters.set(key, new prom.Counter({ name, help, labelNames: [...labels], registers: [registers] }));
  const { name, help, labels: labelNames } = OPERATOR_METRIC.reconcileTime;
  const times: Histogram = new prom.Histogram({
    ...{ name, help, labelNames: [...labelNames], registers: [registers], buckets: RECONCILE_BUCKETS },
  });
  const remember = (resource: ResourceKey, metric: string, labels: Labels, remove: () => void): void => {
    const key = formatKey(resource);
    const series = told.get(key) ?? new Map<string, () => void>();
    told.set(key, series.set(JSON.stringify([metric, labels]), remove));
  };
  return {
    add(resource: ResourceKey, metric: string, own: Labels): void {
      const labels = { ...scalerLabels(resource), ...own };
      const counter = counters.get(metric)!;
      counter.inc(labels);
      remember(resource, metric, labels, () => counter.remove(labels));
    },
    time(resource: ResourceKey, seconds: number): void {
      const labels = scalerLabels(resource);
      times.observe(labels, seconds);
      remember(resource, 'reconcileTime', labels, () => times.remove(labels));
    },
    forget(key: string): void {
      for (const remove of told.get(key)?.values() ?? []) remove();
      told.delete(key);
    },
  };
}

function addProcessMetrics(registry: Registry, prom: Prom, isLeader: () => boolean): void {
  const registers = [registry];
  const { leader, resident, cpu } = OPERATOR_METRIC;
  new prom.Gauge({
    ...{ name: leader.name, help: leader.help, registers },
    collect() {
      this.set(Number(isLeader()));
    },
  });
  new prom.Gauge({
    ...{ name: resident.name, help: resident.help, registers },
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new prom.Counter({
    ...{ name: cpu.name, help: cpu.help, registers },
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
}

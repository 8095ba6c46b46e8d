import type { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Makes metrics of one registry that carry the same labels; each starts at 0, so that it is there from the first scrape on. */
export interface MetricKit {
  readonly registry: Registry;
  readonly counter: (name: string, help: string) => Counter.Internal;
  /** One counter for each value of one more label. */
  readonly counters: <Value extends string>(
    name: string,
    help: string,
    label: string,
    values: readonly Value[],
  ) => Record<Value, Counter.Internal>;
  readonly histogram: (name: string, help: string, buckets: readonly number[]) => Histogram.Internal<string>;
  /** A gauge that is read when it is scraped. */
  readonly gauge: (name: string, help: string, read: () => number) => void;
  /** A gauge of 1 with labels of its own alone. */
  readonly info: (name: string, help: string, labels: Readonly<Record<string, string>>) => void;
}

/** A kit with a new registry. */
export async function openMetricKit(labels: Readonly<Record<string, string>>): Promise<MetricKit> {
  const prom = await import('prom-client');
  const registry = new prom.Registry();
  const common = { labelNames: Object.keys(labels), registers: [registry] };
  return {
    registry,
    counter: (name, help) => {
      const metric = new prom.Counter({ name, help, ...common });
      metric.inc(labels, 0);
      return metric.labels(labels);
    },
    counters: <Value extends string>(name: string, help: string, label: string, values: readonly Value[]) => {
      const metric = new prom.Counter({ name, help, ...common, labelNames: [...common.labelNames, label] });
      const bound = values.map((value) => {
        metric.inc({ ...labels, [label]: value }, 0);
        return [value, metric.labels({ ...labels, [label]: value })] as const;
      });
      return Object.fromEntries(bound) as Record<Value, Counter.Internal>;
    },
    histogram: (name, help, buckets) => {
      const metric = new prom.Histogram({ name, help, ...common, buckets: [...buckets] });
      metric.zero(labels);
      return metric.labels(labels);
    },
    gauge: (name, help, read) => {
      const collect = function (this: Gauge): void {
        this.set(labels, read());
      };
      new prom.Gauge({ name, help, ...common, collect });
    },
    info: (name, help, own) => {
      const metric = new prom.Gauge({ name, help, labelNames: Object.keys(own), registers: common.registers });
      metric.set(own, 1);
    },
  };
}

import type { PoolSelector } from './source.js';

/** Text in PromQL's double quotes. */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`))}"`;
}

/** The label matchers of a pool of one model, as they stand between braces. A namespace matches where there is no such label, too. */
export function poolMatchers(model: string, pool: PoolSelector): string {
  const { labels = {}, namespace, podPattern } = pool;
  const equal = Object.entries({ model_name: model, ...labels }).map(([label, value]) => label + '=' + quoted(value));
  const own = namespace === undefined || 'namespace' in labels ? [] : [`namespace=~${quoted(`${namespace}|`)}`];
  const pods = podPattern === undefined ? [] : [`${podLabelOf(pool)}=~${quoted(podPattern)}`];
  return [...equal, ...own, ...pods].join(',');
}

/** The label that names the pod. */
export function podLabelOf({ podLabel = 'pod' }: PoolSelector): string {
  return podLabel;
}

/** Values that a query's placeholders stand for. */
export interface Placeholders {
  /** Matchers of the pool, `model_name="...",pod=~"..."`. */
  readonly pool: string;
  /** The label that names the pod. */
  readonly podLabel: string;
  readonly seconds: number;
}

/**
 * A query with its placeholders filled in: `$pool` is the matchers of the pool that is asked for, `$podLabel` the label that names a pod,
 * `$range` the span that is asked for, such as `60000ms`.
 */
export function fillIn(query: string, { pool, podLabel, seconds }: Placeholders): string {
  const values: Record<string, string> = {
    $pool: pool,
    $podLabel: podLabel,
    $range: `${Math.round(seconds * 1000)}ms`,
  };
  return query.replace(/\$(?:podLabel|pool|range)\b/g, (name) => values[name]!);
}

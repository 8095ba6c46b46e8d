import { METRIC, OLDER_NAMES } from '../metric-names.js';

/**
 * What Prometheus is asked, in PromQL with the placeholders of `fillIn`. Each of them can be replaced by a query of one's own that
 * gives the same: one number (`running`: one for each pod, `promptLengths` and `outputLengths`: one for each `le`).
 */
export interface PrometheusQueries {
  /** Requests that arrived within `$range`, at the pool where they arrive. */
  readonly requests: string;
  /** Prompt tokens computed within `$range`, at the pool where requests arrive. */
  readonly promptTokens: string;
  /** Tokens generated within `$range`, at the pool that makes the response. */
  readonly outputTokens: string;
  readonly waiting: string;
  /** Requests in the running batch, by `$podLabel`. */
  readonly running: string;
  readonly kvUse: string;
  /** Mean seconds to the first token within `$range`; asked of each pool, and added up. */
  readonly ttft: string;
  /** Mean seconds per token after the first within `$range`, at the pool that makes the response. */
  readonly tpot: string;
  /** Unix time of the newest sample. */
  readonly newest: string;
  /** Requests that ended within `$range` with at most `le` prompt tokens, by `le`, at the pool where they arrive. */
  readonly promptLengths: string;
  /** The same of their response tokens, at the pool that makes them. */
  readonly outputLengths: string;
  /** Prompt tokens of the requests that ended within `$range`. */
  readonly promptLengthSum: string;
  readonly outputLengthSum: string;
}

/** Names of the queries that can be replaced. */
export type QueryName = keyof PrometheusQueries;

/** An expression of one metric, for its name of today and those it had: whichever a pod gives. */
function anyName(name: string, expression: (selector: string) => string): string {
  const names = [name, ...(OLDER_NAMES[name] ?? [])];
  return names.map((own) => `(${expression(`${own}{$pool}`)})`).join(' or ');
}

/**
 * How much a counter grew within the span: last sample minus last sample of the span before, so that neighbouring spans add up exactly and
 * pods that went within it count up to their last sample. A counter that began anew or was not seen in the span before counts from its first
 * sample of this one.
 */
function grown(name: string): string {
  return anyName(
    name,
    (series) =>
      `last_over_time(${series}[$range]) - last_over_time(${series}[$range] offset $range) >= 0 or increase(${series}[$range])`,
  );
}

/** The same for a gauge, which may fall. */
function moved(name: string): string {
  return anyName(
    name,
    (series) =>
      `last_over_time(${series}[$range]) - last_over_time(${series}[$range] offset $range) or delta(${series}[$range])`,
  );
}

function meanOf(histogram: string): string {
  const rate = (part: string): string => `sum(rate(${histogram}_${part}{$pool}[$range]))`;
  return `(${rate('sum')} / ${rate('count')})`;
}

function lengthsOf(histogram: string): { buckets: string; sum: string } {
  return {
    buckets: `sum by (le) (increase(${histogram}_bucket{$pool}[$range]))`,
    sum: `sum(increase(${histogram}_sum{$pool}[$range]))`,
  };
}

const promptLengths = lengthsOf(METRIC.requestPromptTokens);
const outputLengths = lengthsOf(METRIC.requestGenerationTokens);

/** The queries for vLLM's own metrics, by their V1 names and older ones. */
export const DEFAULT_QUERIES: PrometheusQueries = {
  requests: `sum(${grown(METRIC.requestsEnded)}) + sum(${moved(METRIC.requestsRunning)}) + sum(${moved(METRIC.requestsWaiting)})`,
  promptTokens: `sum(${grown(METRIC.promptTokens)})`,
  outputTokens: `sum(${grown(METRIC.generationTokens)})`,
  waiting: `sum(${anyName(METRIC.requestsWaiting, (series) => series)})`,
  running: `sum by ($podLabel) (${anyName(METRIC.requestsRunning, (series) => series)})`,
  kvUse: `avg(${anyName(METRIC.kvUse, (series) => series)})`,
  ttft: meanOf(METRIC.ttft),
  tpot: [METRIC.tpot, METRIC.itl, ...(OLDER_NAMES[METRIC.itl] ?? [])].map(meanOf).join(' or '),
  newest: `max(${anyName(METRIC.requestsRunning, (series) => `timestamp(${series})`)})`,
  promptLengths: promptLengths.buckets,
  promptLengthSum: promptLengths.sum,
  outputLengths: outputLengths.buckets,
  outputLengthSum: outputLengths.sum,
};

import { InputError } from '../../base/index.js';
import { gapShapeOf, mixFromHistograms, type LoadSeries } from '../../load/index.js';
import { prometheusApi, type PrometheusAddress } from './prometheus-api.js';
import { readLengths, readNow, type PoolReader } from './prometheus-now.js';
import { fillIn, podLabelOf, poolMatchers } from './promql.js';
import { DEFAULT_QUERIES, type PrometheusQueries } from './queries.js';
import { checkPools, entryPool, exitPool, type MetricsSource, type PoolSelector } from './source.js';

/** What is read from a Prometheus, and how. */
export interface PrometheusOptions extends PrometheusAddress {
  /** The label `model_name` of the service's metrics. */
  readonly model: string;
  /** One `serve`, or `prefill` and `decode`. */
  readonly pools: readonly PoolSelector[];
  /** Queries of one's own instead of DEFAULT_QUERIES. */
  readonly queries?: Readonly<Record<string, string>> | undefined;
  /** IANA name, for hours and weekdays; default UTC. */
  readonly timeZone?: string | undefined;
  /** Span of the means of TTFT and TPOT; default 60. */
  readonly windowSeconds?: number | undefined;
  /** Gauges older than this are unknown; default 150. */
  readonly staleSeconds?: number | undefined;
}

/** @throws InputError at a query that there is not */
function checkedQueries(queries: Readonly<Record<string, string>>): Partial<PrometheusQueries> {
  for (const name of Object.keys(queries))
    if (!(name in DEFAULT_QUERIES))
      throw new InputError(`queries: must be of ${Object.keys(DEFAULT_QUERIES).join(', ')}, got "${name}"`);
  return queries;
}

/** Points of one range query: Prometheus gives 11,000 at most. */
const MOST_POINTS = 2000;
/** Bins whose counts tell how bursty arrivals are. */
const BURSTINESS_BIN_SECONDS = 60;

/**
 * Reads a service through Prometheus. `history` needs at least two scrapes in a bin.
 *
 * @throws InputError when the address cannot be used or is not allowed, or a query has a name that there is not
 */
export function prometheusSource(options: PrometheusOptions): MetricsSource {
  const { model, pools, timeZone = 'UTC', windowSeconds = 60, staleSeconds = 150 } = options;
  checkPools(pools);
  const api = prometheusApi(options);
  const queries = { ...DEFAULT_QUERIES, ...checkedQueries(options.queries ?? {}) };
  const reader: PoolReader = {
    instant: (name, pool, seconds, at) => api.instant(text(name, pool, seconds), at),
    range: (name, pool, from, to, step) => api.range(text(name, pool, step), from, to, step),
  };
  function text(name: keyof PrometheusQueries, pool: PoolSelector, seconds: number): string {
    return fillIn(queries[name], { pool: poolMatchers(model, pool), podLabel: podLabelOf(pool), seconds });
  }
  const history: MetricsSource['history'] = (from, to, binSeconds) =>
    readHistory(reader, pools, gridOf(from, to, binSeconds), timeZone);
  return {
    history,
    now: (at) => readNow(reader, pools, { at, windowSeconds, staleSeconds }),
    async mix(from, to) {
      const lengths = await readLengths(reader, pools, from, to);
      if (lengths === null) return null;
      return mixFromHistograms(lengths, gapShapeOf(await history(from, to, BURSTINESS_BIN_SECONDS)));
    },
    close: () => undefined,
  };
}

interface BinGrid {
  readonly start: number;
  readonly bins: number;
  readonly binSeconds: number;
}

function gridOf(from: number, to: number, binSeconds: number): BinGrid {
  if (!(binSeconds > 0 && Number.isFinite(binSeconds)))
    throw new RangeError(`Cannot read a history: binSeconds must be above 0, got ${binSeconds}`);
  const first = Math.ceil(from / binSeconds);
  return { start: first * binSeconds, bins: Math.max(0, Math.floor(to / binSeconds) - first), binSeconds };
}

async function readHistory(
  reader: PoolReader,
  pools: readonly PoolSelector[],
  grid: BinGrid,
  timeZone: string,
): Promise<LoadSeries> {
  const [requests, promptTokens, outputTokens] = await Promise.all([
    readColumn(reader, 'requests', entryPool(pools), grid),
    readColumn(reader, 'promptTokens', entryPool(pools), grid),
    readColumn(reader, 'outputTokens', exitPool(pools), grid),
  ]);
  const observed = Uint8Array.from(requests, (count) => (Number.isNaN(count) ? 0 : 1));
  // Counters and gauges of different pods are read at different moments, so a count may come out a little below 0.
  const known = (values: Float64Array): Float64Array =>
    values.map((value, bin) => (observed[bin] === 0 ? 0 : Math.max(0, value)));
  return {
    ...{ startEpochSeconds: grid.start, timeZone, binSeconds: grid.binSeconds, observed, requests: known(requests) },
    promptTokens: known(promptTokens),
    outputTokens: known(outputTokens),
  };
}

/** What a query gives for the end of each bin; NaN where nothing. */
async function readColumn(
  reader: PoolReader,
  name: keyof PrometheusQueries,
  pool: PoolSelector,
  { start, bins, binSeconds }: BinGrid,
): Promise<Float64Array> {
  const values = new Float64Array(bins);
  for (let bin = 0; bin < bins; bin += MOST_POINTS) {
    const count = Math.min(MOST_POINTS, bins - bin);
    const first = start + (bin + 1) * binSeconds;
    values.set(await reader.range(name, pool, first, first + (count - 1) * binSeconds, binSeconds), bin);
  }
  return values;
}

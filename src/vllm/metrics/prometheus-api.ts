import { InputError, UpstreamError } from '../../base/index.js';
import { fetchText, type FetchOptions } from './fetch-text.js';

/** A sample's labels and its value; NaN and infinite values are as Prometheus gave them. */
export interface InstantSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Prometheus's HTTP API, as far as it is needed. */
export interface PrometheusApi {
  /** The series of an expression at a moment. */
  instant(query: string, at: number): Promise<InstantSample[]>;
  /**
   * An expression that gives one number at `from`, `from + step`, ..., `to`: NaN where it gives none.
   *
   * @throws UpstreamError when it gives several series
   */
  range(query: string, from: number, to: number, step: number): Promise<Float64Array>;
}

/** Where Prometheus is, and which addresses may be asked at all. */
export interface PrometheusAddress extends FetchOptions {
  /** With or without a path of its own before `/api/v1`. */
  readonly url: string;
  /** Beginnings of addresses that may be asked; left out: any. */
  readonly allow?: readonly string[] | undefined;
}

/**
 * A client of one Prometheus.
 *
 * @throws InputError when the address is no http or https one, has a user in it, or is not allowed
 */
export function prometheusApi(address: PrometheusAddress): PrometheusApi {
  const base = checkedUrl(address);
  const ask = async (path: string, form: Record<string, string>): Promise<Data> =>
    dataOf(await fetchText(new URL(path, base), new URLSearchParams(form), address), base.host, form.query!);
  return {
    async instant(query, at) {
      const { resultType, result } = await ask('api/v1/query', { query, time: String(at) });
      if (resultType === 'scalar') return [{ labels: {}, value: sampleOf(result, base.host)[1] }];
      if (resultType !== 'vector') throw unexpected(base.host, `a result of type ${shown(resultType)}`);
      return seriesOf(result, base.host).map((one) => ({
        labels: labelsOf(one.metric, base.host),
        value: sampleOf(one.value, base.host)[1],
      }));
    },
    async range(query, from, to, step) {
      const { resultType, result } = await ask('api/v1/query_range', {
        ...{ query, start: String(from), end: String(to), step: String(step) },
      });
      if (resultType !== 'matrix') throw unexpected(base.host, `a result of type ${shown(resultType)}`);
      return onGrid(seriesOf(result, base.host), { from, to, step }, base.host, query);
    },
  };
}

/** @throws InputError */
function checkedUrl({ url, allow }: PrometheusAddress): URL {
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new InputError(`prometheus url must be an http:// or https:// address, got "${url}"`);
  const parsed = folderOf(url);
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '')
    throw new InputError('prometheus url must have no user, query or fragment in it');
  if (allow !== undefined && !allow.some((prefix) => parsed.href.startsWith(allowedBeginning(prefix))))
    throw new InputError(
      `prometheus url must begin with one of ${allow.join(', ') || '(none is allowed)'}, got "${url}"`,
    );
  return parsed;
}

/** An address as a folder, in the one way of writing it: without the port that its scheme has anyway. */
function folderOf(url: string): URL {
  return new URL(url.endsWith('/') ? url : `${url}/`);
}

/** @throws InputError where an entry of the list is no address */
function allowedBeginning(prefix: string): string {
  if (!URL.canParse(prefix) || !/^https?:/.test(prefix))
    throw new InputError(`allowed prometheus urls must be http:// or https:// addresses, got "${prefix}"`);
  return folderOf(prefix).href;
}

interface Data {
  readonly resultType: unknown;
  readonly result: unknown;
}

/** What stands in a good answer; a bad one is told with what Prometheus says of it. */
function dataOf({ status, text }: { status: number; text: string }, host: string, query: string): Data {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (cause) {
    if (status !== 200) throw unexpected(host, `status ${status}`, cause);
    throw unexpected(host, 'what is no JSON', cause);
  }
  const { status: said, error, data } = isObject(answer) ? answer : {};
  if (status === 200 && said === 'success' && isObject(data))
    return { resultType: data.resultType, result: data.result };
  const why = typeof error === 'string' ? `: ${error.slice(0, 200)} (query ${query.slice(0, 80)})` : '';
  throw unexpected(host, `status ${status}${why}`);
}

function seriesOf(result: unknown, host: string): Record<string, unknown>[] {
  if (!Array.isArray(result) || !result.every(isObject)) throw unexpected(host, 'a result that is no list of series');
  return result;
}

function onGrid(
  series: readonly Record<string, unknown>[],
  { from, to, step }: { from: number; to: number; step: number },
  host: string,
  query: string,
): Float64Array {
  if (series.length > 1)
    throw unexpected(host, `${series.length} series where one is wanted (query ${query.slice(0, 80)})`);
  const values = new Float64Array(Math.floor((to - from) / step + 1e-9) + 1).fill(NaN);
  const samples = series[0]?.values ?? [];
  if (!Array.isArray(samples)) throw unexpected(host, 'a series without values');
  for (const sample of samples) {
    const [at, value] = sampleOf(sample, host);
    const index = Math.round((at - from) / step);
    if (index >= 0 && index < values.length && Number.isFinite(value)) values[index] = value;
  }
  return values;
}

/** A moment and a value, which is a text: `NaN`, `+Inf` and `-Inf` too. */
function sampleOf(sample: unknown, host: string): [at: number, value: number] {
  const [at, text] = Array.isArray(sample) ? (sample as unknown[]) : [];
  if (typeof at !== 'number' || typeof text !== 'string') throw unexpected(host, `a sample ${shown(sample)}`);
  const value = text === '' ? NaN : Number(text.replace(/Inf$/, 'Infinity'));
  if (Number.isNaN(value) && text !== 'NaN') throw unexpected(host, `a value ${shown(text)}`);
  return [at, value];
}

function labelsOf(metric: unknown, host: string): Record<string, string> {
  if (!isObject(metric) || !Object.values(metric).every((value) => typeof value === 'string'))
    throw unexpected(host, `labels ${shown(metric)}`);
  return metric as Record<string, string>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
}

function unexpected(host: string, what: string, cause?: unknown): UpstreamError {
  return new UpstreamError(`prometheus at ${host} answered with ${what}`, { cause });
}

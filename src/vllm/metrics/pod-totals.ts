import { METRIC, OLDER_NAMES } from '../metric-names.js';
import { parseExposition, type ExposedSample } from './exposition.js';

/** A sum and how many were added up. */
export interface SumAndCount {
  readonly sum: number;
  readonly count: number;
}

/** What one pod's page of metrics says, over all its engines; null where it says nothing. */
export interface PodTotals {
  readonly ended: number | null;
  readonly running: number | null;
  readonly waiting: number | null;
  /** Mean share of KV blocks in use. */
  readonly kvUse: number | null;
  readonly promptTokens: number | null;
  readonly outputTokens: number | null;
  readonly ttft: SumAndCount | null;
  readonly tpot: SumAndCount | null;
  readonly promptLengths: LengthTotals | null;
  readonly outputLengths: LengthTotals | null;
}

/** Requests with lengths up to each bound, cumulative, by the bound as it stands there; and the sum of their lengths. */
export interface LengthTotals {
  readonly upTo: Readonly<Record<string, number>>;
  readonly sum: number | null;
}

/** Reads a page of metrics of a model. */
export function podTotals(page: string, model: string): PodTotals {
  const samples = parseExposition(page, ['vllm:']).filter(({ labels }) => labels.model_name === model);
  const values = (name: string): number[] => valuesOf(samples, name);
  const kvUses = values(METRIC.kvUse);
  return {
    ended: sumOf(values(METRIC.requestsEnded)),
    running: sumOf(values(METRIC.requestsRunning)),
    waiting: sumOf(values(METRIC.requestsWaiting)),
    kvUse: kvUses.length === 0 ? null : sumOf(kvUses)! / kvUses.length,
    promptTokens: sumOf(values(METRIC.promptTokens)),
    outputTokens: sumOf(values(METRIC.generationTokens)),
    ttft: meanOf(samples, [METRIC.ttft]),
    tpot: meanOf(samples, [METRIC.tpot, METRIC.itl, ...OLDER_NAMES[METRIC.itl]!]),
    promptLengths: lengthsOf(samples, METRIC.requestPromptTokens),
    outputLengths: lengthsOf(samples, METRIC.requestGenerationTokens),
  };
}

/** Values of a metric by its name of today, or else by an older one; only those that are counts. */
function valuesOf(samples: readonly ExposedSample[], name: string): number[] {
  for (const known of [name, ...(OLDER_NAMES[name] ?? [])]) {
    const found = samples.filter((sample) => sample.name === known && Number.isFinite(sample.value));
    if (found.length > 0) return found.map(({ value }) => value);
  }
  return [];
}

function sumOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

/** Of the first histogram that is there. */
function meanOf(samples: readonly ExposedSample[], histograms: readonly string[]): SumAndCount | null {
  for (const name of histograms) {
    const sum = sumOf(valuesOf(samples, `${name}_sum`));
    const count = sumOf(valuesOf(samples, `${name}_count`));
    if (sum !== null && count !== null) return { sum, count };
  }
  return null;
}

function lengthsOf(samples: readonly ExposedSample[], histogram: string): LengthTotals | null {
  const upTo: Record<string, number> = {};
  for (const { name, labels, value } of samples) {
    const bound = labels.le;
    if (name !== `${histogram}_bucket` || bound === undefined || !Number.isFinite(value)) continue;
    upTo[bound] = (upTo[bound] ?? 0) + value;
  }
  if (Object.keys(upTo).length === 0) return null;
  return { upTo, sum: sumOf(valuesOf(samples, `${histogram}_sum`)) };
}

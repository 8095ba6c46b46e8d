import { seededRandom } from '../../../src/base/index.js';
import { lengthBuckets, METRIC } from '../../../src/vllm/index.js';
import { rateAt, type Day } from './load-shape.js';

const STEP_SECONDS = 30;

interface Series {
  readonly name: string;
  readonly labels: string;
  /** The value after `requests` in all, of which `running` are open. */
  readonly value: (requests: number, running: number) => number;
}

/**
 * What a vLLM pod's counters would have been over the past, as OpenMetrics text for `promtool tsdb create-blocks-from`: the day's
 * rate with some noise, every request of the same lengths. Each of the pods has seen every request, as the two halves of a split
 * service do.
 *
 * @param until epoch seconds, where history ends
 */
export function openMetricsHistory(
  day: Day,
  options: { readonly model: string; readonly namespace: string; readonly pods: readonly string[] },
  until: number,
  days: number,
): string {
  const random = seededRandom(1, 'history');
  const end = Math.floor(until);
  const times: number[] = [];
  for (let at = end - days * 86_400; at <= end; at += STEP_SECONDS) times.push(at);
  let requests = 0;
  const totals = times.map((at) => (requests += Math.round(rateAt(day, at) * STEP_SECONDS * (0.9 + 0.2 * random()))));
  const running = times.map((at) => Math.round(rateAt(day, at) * 2));
  const lines: string[] = [];
  for (const { name, labels, value } of seriesOf(day)) {
    for (const pod of options.pods) {
      const who = `model_name="${options.model}",engine="0",namespace="${options.namespace}",pod="${pod}",job="vllm"`;
      times.forEach((at, i) => lines.push(`${name}{${who}${labels}} ${value(totals[i]!, running[i]!)} ${at}`));
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

function seriesOf({ promptTokens, outputTokens }: Day): Series[] {
  const buckets = lengthBuckets(16_384);
  const histogram = (name: string, tokens: number): Series[] => [
    ...[...buckets, Infinity].map((bound) => ({
      name: `${name}_bucket`,
      labels: `,le="${bound === Infinity ? '+Inf' : `${bound}.0`}"`,
      value: (requests: number) => (tokens <= bound ? requests : 0),
    })),
    { name: `${name}_sum`, labels: '', value: (requests) => requests * tokens },
    { name: `${name}_count`, labels: '', value: (requests) => requests },
  ];
  return [
    { name: METRIC.requestsEnded, labels: ',finished_reason="length"', value: (requests) => requests },
    { name: METRIC.promptTokens, labels: '', value: (requests) => requests * promptTokens },
    { name: METRIC.generationTokens, labels: '', value: (requests) => requests * outputTokens },
    { name: METRIC.requestsRunning, labels: '', value: (_, running) => running },
    { name: METRIC.requestsWaiting, labels: '', value: () => 0 },
    ...histogram(METRIC.requestPromptTokens, promptTokens),
    ...histogram(METRIC.requestGenerationTokens, outputTokens),
  ];
}

import { quantileOfSorted } from '../../base/index.js';
import { fitZipfWithMean } from '../statistics/zipf-fit.js';
import type { Trace } from '../trace.js';
import type { ModelShare, QuantileResponses } from './model.js';

/** Quantiles kept of each range: every twentieth. */
const QUANTILES = 21;
/** Ranges of request lengths hold about equally many requests; fewer ranges where there are few. */
const MOST_RANGES = 12;
const FEWEST_IN_RANGE = 40;

/** The models of one service's requests, each with its share, failures and lengths; models that never served are left out. */
export function fitModelShares(trace: Trace): ModelShare[] {
  const rows = trace.modelNames.map(() => ({ served: [] as number[], failed: 0 }));
  for (let row = 0; row < trace.arrival.length; row++) {
    const group = rows[trace.model[row]!]!;
    if (trace.outputTokens[row] === 0) group.failed++;
    else group.served.push(row);
  }
  const kept = rows.map(({ served }) => served.length > 0);
  const total = rows.reduce((sum, { served, failed }, i) => (kept[i] ? sum + served.length + failed : sum), 0);
  return rows.flatMap(({ served, failed }, code) => {
    if (!kept[code]) return [];
    const prompts = Uint32Array.from(served, (row) => Math.max(1, trace.promptTokens[row]!)).sort();
    const [least, most] = [prompts[0]!, prompts.at(-1)!];
    return [
      {
        name: trace.modelNames[code]!,
        share: (served.length + failed) / total,
        failureRate: failed / (served.length + failed),
        prompt: fitZipfWithMean(prompts) ?? { exponent: 1, least, most },
        response: responsesOf(trace, served),
      },
    ];
  });
}

function responsesOf(trace: Trace, served: readonly number[]): QuantileResponses {
  const { promptTokens, outputTokens } = trace;
  const rows = [...served].sort((a, b) => promptTokens[a]! - promptTokens[b]!);
  const wanted = Math.max(1, Math.min(MOST_RANGES, Math.floor(rows.length / FEWEST_IN_RANGE)));
  const ranges: { promptBelow: number; quantiles: number[] }[] = [];
  for (let from = 0; from < rows.length;) {
    let to = Math.min(rows.length, from + Math.ceil(rows.length / wanted));
    while (to < rows.length && promptTokens[rows[to]!] === promptTokens[rows[to - 1]!]) to++; // equal lengths stay together
    const sorted = Float64Array.from(rows.slice(from, to), (row) => outputTokens[row]!).sort();
    ranges.push({
      promptBelow: promptTokens[rows[to - 1]!]! + 1,
      quantiles: Array.from({ length: QUANTILES }, (_, i) => Math.round(quantileOfSorted(sorted, i / (QUANTILES - 1)))),
    });
    from = to;
  }
  return { kind: 'quantiles', ranges };
}

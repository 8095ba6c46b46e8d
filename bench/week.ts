import { existsSync } from 'node:fs';
import { quantileOfSorted } from '../src/base/index.js';
import { fitModel, generateTrace, readTrace, traceStatistics, type TraceStatistics } from '../src/trace/index.js';
import { sharedFile } from '../test/helpers/shared.js';
import type { BenchResult } from './run.js';

const WEEK = 'data/burstgpt-1/BurstGPT_1_week1.csv';

/** The rows of the table, from a trace's statistics; null where a trace has none of it. */
const ROWS: readonly (readonly [string, (of: TraceStatistics) => number | null])[] = [
  ['requests', ({ requests }) => requests],
  ['of them by API', ({ services }) => services.api?.requests ?? 0],
  ['failed, conversation with ChatGPT, %', ({ services }) => percent(chatOf(services)?.failureRate)],
  [
    'failed, conversation with GPT-4, %',
    ({ services }) => percent(services.conversation?.models['GPT-4']?.failureRate),
  ],
  ['conversation requests a day, deviation', ({ services }) => services.conversation?.rates.perDay.deviation ?? null],
  [
    'conversation, correlation with the day before',
    ({ services }) => services.conversation?.rates.autocorrelationDay ?? null,
  ],
  ['conversation, α p10', ({ services }) => shapeOf(services, 0.1)],
  ['conversation, α p50', ({ services }) => shapeOf(services, 0.5)],
  ['conversation, α p90', ({ services }) => shapeOf(services, 0.9)],
  ['ChatGPT requests, Zipf θ', ({ services }) => chatOf(services)?.zipf?.exponent ?? null],
  ['ChatGPT requests, mean tokens', ({ services }) => chatOf(services)?.promptTokens.mean ?? null],
  ['ChatGPT requests, median tokens', ({ services }) => chatOf(services)?.promptTokens.p50 ?? null],
  ['ChatGPT responses, mean tokens', ({ services }) => chatOf(services)?.outputTokens.mean ?? null],
  ['ChatGPT responses, p90 tokens', ({ services }) => chatOf(services)?.outputTokens.p90 ?? null],
  [
    'ChatGPT responses, tokens per request token',
    ({ services }) => chatOf(services)?.responseLine?.perPromptToken ?? null,
  ],
];

/**
 * The statistics of a generated week beside those of the real week that its model was fitted to, as a table for docs/traces.md; `ratio` is
 * the largest relative difference of the median shape, the exponent and the mean lengths.
 */
export default async function bench(): Promise<BenchResult> {
  if (!existsSync(sharedFile(WEEK))) throw new Error(`needs the real week at ${sharedFile(WEEK)} (FORESAIL_SHARED)`);
  const { trace } = await readTrace(sharedFile(WEEK));
  const model = fitModel(trace, { name: 'week 1', firstWeekday: 2 });
  const [real, again, embedded] = [
    trace,
    generateTrace(model, { days: 7, seed: 1 }),
    (await readTrace('data/modelled-week.csv.gz')).trace,
  ].map(traceStatistics) as [TraceStatistics, TraceStatistics, TraceStatistics];
  console.log('|  | real week | fitted and generated | embedded week |\n| --- | --: | --: | --: |');
  for (const [name, value] of ROWS)
    console.log(`| ${name} | ${[real, again, embedded].map((of) => shown(value(of))).join(' | ')} |`);
  const judged = [
    'conversation, α p50',
    'ChatGPT requests, Zipf θ',
    'ChatGPT requests, mean tokens',
    'ChatGPT responses, mean tokens',
  ];
  const differences = ROWS.filter(([name]) => judged.includes(name)).map(
    ([name, value]) => [name, Math.abs(value(again)! / value(real)! - 1)] as const,
  );
  const ratio = Math.max(...differences.map(([, difference]) => difference));
  return { bench: 'week', figures: Object.fromEntries(differences), ratio, goal: 0.1, ok: ratio <= 0.1 };
}

function chatOf(
  services: TraceStatistics['services'],
): TraceStatistics['services'][string]['models'][string] | undefined {
  return services.conversation?.models.ChatGPT;
}

function shapeOf(services: TraceStatistics['services'], level: number): number | null {
  const shapes = (services.conversation?.burstiness.windows ?? []).flatMap(({ likelihood }) => likelihood?.shape ?? []);
  return shapes.length === 0
    ? null
    : quantileOfSorted(
        shapes.sort((a, b) => a - b),
        level,
      );
}

function percent(share: number | undefined): number | null {
  return share === undefined ? null : share * 100;
}

function shown(value: number | null): string {
  if (value === null) return '-';
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 });
}

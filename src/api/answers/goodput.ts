import { mean, seededRandom } from '../../base/index.js';
import { mixOf, sampleTrace } from '../../load/index.js';
import { configurationKey } from '../../plan/index.js';
import { allSplits, goodput } from '../../serving/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import { requestCount } from '../../trace/index.js';
import type { Answer, Question } from '../questions.js';
import { finite, keyOf, type AnswerTools } from './memory.js';
import { deploymentOf, partKey, readPart, sloOf } from './traffic.js';

type Configuration = Answer<'goodput'>['configurations'][number];

const DEFAULT_GPUS = 4;

/** Finds the goodput of each deployment that the question means; those that were found before are kept. */
export async function answerGoodput(
  question: Question<'goodput'>,
  { traceFile, memory, report }: AnswerTools,
): Promise<Answer<'goodput'>> {
  const { profile, slo, scheduler, seed, arrivals } = question;
  const { trace } = await readPart(question.traffic, traceFile);
  const mix = mixOf(trace);
  const drawn = arrivals === 'poisson' ? { ...mix, gapShape: 1 } : mix;
  const unitTrace = sampleTrace(drawn, 1, question.requests, seededRandom(seed, 'goodput'));
  const deployment = deploymentOf(profile, scheduler);
  const wanted = deploymentsOf(question);
  const key = goodputKey(question);
  const known = keptGoodputs(memory.recall(key));
  for (const [done, counts] of wanted.entries()) {
    report(done, wanted.length, 'deployments');
    if (known.has(configurationKey(counts))) continue;
    const found = goodput(unitTrace, { ...deployment, counts }, sloOf(slo));
    const gpus = (counts.serve ?? 0) + (counts.prefill ?? 0) + (counts.decode ?? 0);
    const { goodput: rate, low, high, goodputPerGpu } = found;
    known.set(configurationKey(counts), { ...counts, gpus, goodput: rate, low, high: finite(high), goodputPerGpu });
    memory.keep(key, [...known.values()]);
  }
  const configurations = wanted.map((counts) => known.get(configurationKey(counts))!);
  const best = configurations.reduce((one, next) => (next.goodputPerGpu > one.goodputPerGpu ? next : one));
  return {
    schema: 'foresail.goodput/1',
    ...{ profile, slo, configurations, best: best.goodput > 0 ? best : null },
    workload: {
      requests: requestCount(unitTrace),
      meanPromptTokens: mean(unitTrace.promptTokens),
      meanOutputTokens: mean(unitTrace.outputTokens),
    },
  };
}

/** The deployments that a question means. */
export function deploymentsOf({ counts, gpus = DEFAULT_GPUS, upTo }: Question<'goodput'>): InstanceCounts[] {
  if (counts) return [counts];
  if (!upTo) return allSplits(gpus);
  return Array.from({ length: gpus }, (_, i) => allSplits(i + 1)).flat();
}

/** What the goodputs of a question are kept under. */
export function goodputKey({
  traffic,
  profile,
  slo,
  requests,
  arrivals,
  scheduler,
  seed,
}: Question<'goodput'>): string {
  return keyOf('goodput', [...partKey(traffic), profile, slo, requests, arrivals, scheduler, seed]);
}

/** Kept goodputs by their configuration. */
export function keptGoodputs(kept: unknown): Map<number, Configuration> {
  return new Map(((kept ?? []) as readonly Configuration[]).map((found) => [configurationKey(found), found]));
}

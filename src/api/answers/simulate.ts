import { seededRandom, summarise } from '../../base/index.js';
import { advanceCluster, finishCluster, openStatic, Outcome, sloAttainment } from '../../serving/index.js';
import { failedCount, fromZero, loadScale, requestCount } from '../../trace/index.js';
import type { Answer, Question } from '../questions.js';
import { finite, type AnswerTools } from './memory.js';
import { checkSize, deploymentOf, readPart, sloOf } from './traffic.js';

const SLICES = 50;

/** Simulates the traffic on the deployment. */
export async function answerSimulate(
  question: Question<'simulate'>,
  { traceFile, report }: AnswerTools,
): Promise<Answer<'simulate'>> {
  const { counts, slo, profile, scheduler, seed } = question;
  const part = await readPart(question.traffic, traceFile);
  checkSize(part.factor * requestCount(part.trace));
  const scaled =
    part.factor === 1 ? part.trace : loadScale(part.trace, part.factor, seededRandom(seed, 'load scaling'));
  const trace = fromZero(scaled);
  const cluster = openStatic(trace, { ...deploymentOf(profile, scheduler), counts });
  const last = trace.arrival.at(-1) ?? cluster.startAt;
  for (let slice = 1; slice < SLICES && last > cluster.startAt; slice++) {
    advanceCluster(cluster, cluster.startAt + ((last - cluster.startAt) * slice) / SLICES);
    report(slice, SLICES, 'of the traffic');
  }
  const results = finishCluster(cluster);
  const tally = (...kinds: number[]): number =>
    results.outcome.reduce((sum, kind) => sum + (kinds.includes(kind) ? 1 : 0), 0);
  const finished = tally(Outcome.finished);
  return {
    schema: 'foresail.simulate/1',
    ...{ profile, deployment: counts, slo, loadFactor: part.factor },
    ...{ requests: requestCount(trace), finished, failed: requestCount(trace) - finished },
    failedInTrace: failedCount(trace),
    refused: tally(Outcome.tooLongForModel, Outcome.tooLongForCache),
    attainment: finite(sloAttainment(results, sloOf(slo))),
    ttftSeconds: summarise(results.ttft),
    tpotSeconds: summarise(results.tpot),
    e2eSeconds: summarise(results.e2e),
    gpuSeconds: results.gpuSeconds,
    endSeconds: results.endedAt,
  };
}

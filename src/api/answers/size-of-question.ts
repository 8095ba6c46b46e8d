import { InputError } from '../../base/index.js';
import { allowedConfigurations, configurationKey, type AttainmentRow } from '../../plan/index.js';
import type { Question } from '../questions.js';
import { LIMITS, type Kind } from '../schemas/index.js';
import { forecastKey } from './forecast.js';
import { deploymentsOf, goodputKey, keptGoodputs } from './goodput.js';
import type { LivePast } from './live.js';
import { limitsOf, livePlanTableKey, planForecastKey, planTableKey } from './plan.js';
import type { TraceFacts } from './answer.js';

/** What earlier questions kept, by key. */
export type Kept = Readonly<Record<string, unknown>>;

/** Requests simulated, in all, by a question that is answered at once. */
const QUICK_REQUESTS = 60_000;
/** A goodput search simulates its requests about so many times. */
const GOODPUT_RUNS = 12;
/** A fit of any but the simplest models on more bins than these becomes a job. */
const QUICK_BINS = 1500;
const SIMPLE_MODELS = new Set(['last', 'moving-average', 'ewma', 'yesterday', 'last-week']);

type Facts = Pick<TraceFacts, 'requests' | 'spanSeconds'>;

/**
 * Whether a question is answered at once: what was kept counts.
 *
 * @throws InputError when it would simulate more than the service allows
 */
export function isQuick<K extends Kind>(kind: K, question: Question<K>, kept: Kept, facts: Facts): boolean {
  return QUICK[kind](question, kept, facts);
}

const QUICK: { readonly [K in Kind]: (question: Question<K>, kept: Kept, facts: Facts) => boolean } = {
  forecast(question, kept, facts) {
    if (kept[forecastKey(question)] !== undefined || SIMPLE_MODELS.has(question.model)) return true;
    return partSeconds(question.traffic, facts) / question.binSeconds <= QUICK_BINS;
  },
  simulate({ traffic }, _kept, facts) {
    const requests = requestsOf(traffic, facts);
    if (requests > 2 * LIMITS.simulatedRequests)
      throw new InputError(
        `traffic: makes about ${Math.round(requests)} requests, more than ${LIMITS.simulatedRequests}: take a shorter part or a smaller load`,
      );
    return requests <= QUICK_REQUESTS;
  },
  goodput(question, kept) {
    const known = keptGoodputs(kept[goodputKey(question)]);
    const missing = deploymentsOf(question).filter((counts) => !known.has(configurationKey(counts)));
    return missing.length * question.requests * GOODPUT_RUNS <= QUICK_REQUESTS;
  },
  plan(question, kept) {
    if (kept[planForecastKey(question)] === undefined) return false;
    return isMeasured(question, kept[planTableKey(question)]);
  },
  capacity: () => false,
  contest: () => false,
};

/** Whether every configuration of a plan's question is in the kept rows. */
function isMeasured(question: Question<'plan'>, kept: unknown): boolean {
  const rows = (kept ?? []) as readonly AttainmentRow[];
  const known = new Set(rows.map(({ counts }) => configurationKey(counts)));
  return allowedConfigurations(limitsOf(question)).every((counts) => known.has(configurationKey(counts)));
}

/** The same for a question about the running service. Without a mix a plan is refused, and that takes a moment. */
export function isQuickLive(kind: Kind, asked: unknown, kept: Kept, { load, mix }: LivePast): boolean {
  const question = asked as Question<'plan'>;
  if (!SIMPLE_MODELS.has(question.model) && load.requests.length > QUICK_BINS) return false;
  return kind !== 'plan' || mix === null || isMeasured(question, kept[livePlanTableKey(question, mix)]);
}

type Traffic = Question<'simulate'>['traffic'];

function partSeconds({ fromSeconds = 0, forSeconds = Infinity }: Traffic, { spanSeconds }: Facts): number {
  return Math.max(0, Math.min(forSeconds, spanSeconds - fromSeconds));
}

function requestsOf(traffic: Traffic, facts: Facts): number {
  const seconds = partSeconds(traffic, facts);
  if (traffic.meanRate !== undefined) return traffic.meanRate * seconds * traffic.growth;
  return ((facts.requests * seconds) / Math.max(1, facts.spanSeconds)) * (traffic.factor ?? 1) * traffic.growth;
}

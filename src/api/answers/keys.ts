import type { Question } from '../questions.js';
import type { Kind } from '../schemas/index.js';
import { capacityTableKey } from './capacity.js';
import { contestTableKey } from './contest.js';
import { forecastKey } from './forecast.js';
import { goodputKey } from './goodput.js';
import type { LivePast } from './live.js';
import { livePlanTableKey, planForecastKey, planTableKey } from './plan.js';

const KEYS: { readonly [K in Kind]: (question: Question<K>) => string[] } = {
  forecast: (question) => [forecastKey(question)],
  simulate: () => [],
  goodput: (question) => [goodputKey(question)],
  plan: (question) => [planTableKey(question), planForecastKey(question)],
  capacity: (question) => question.profiles.map(({ profile }) => capacityTableKey(profile, question)),
  contest: (question) => [contestTableKey(question)],
};

/** The keys under which earlier questions may have kept something for this one. */
export function keysOf<K extends Kind>(kind: K, question: Question<K>): string[] {
  return KEYS[kind](question);
}

/** The same for a question about the running service: its forecasts are never kept. */
export function liveKeysOf(kind: Kind, question: unknown, { mix }: LivePast): string[] {
  return kind === 'plan' && mix !== null ? [livePlanTableKey(question as Question<'plan'>, mix)] : [];
}

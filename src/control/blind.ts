import { brokenRule, configurationKey } from '../plan/index.js';
import { withinPace } from './pace.js';
import { nextState, type DecideResult, type Round } from './round.js';
import { rulesOf } from './rules.js';
import { wishesSoFar } from './stabilize.js';
import { withinLimits } from './within-limits.js';

/**
 * A round in which the replicas are known and the load is not (see `isBlind`): hold what is there, as far as it is allowed; once that has lasted
 * as long as the fallback says, go to the fallback's replicas, within limits and pace.
 */
export function decideBlind(round: Round): DecideResult {
  const { settings, current, changes, now } = round;
  const { fallback } = rulesOf(settings);
  const state = { ...round.state, blindSince: round.state.blindSince ?? now };
  const isDue = fallback !== null && now - state.blindSince >= fallback.afterSeconds;
  if (!isDue && brokenRule(current, settings.limits) === null)
    return { decision: { kind: 'hold', reason: 'no-data' }, plan: null, wish: null, limits: [], state };
  const held = isDue ? fallback.replicas : current;
  const wish = withinLimits(settings.limits, held, held, current);
  const { targets, limits } = withinPace(settings, changes, wish, current, now);
  const reason = isDue ? 'fallback' : 'limits';
  const isAt = (counts: typeof wish): boolean => configurationKey(counts) === configurationKey(current);
  const decision = !isAt(targets)
    ? ({ kind: 'scale', targets, reason } as const)
    : ({ kind: 'hold', reason: isDue && isAt(wish) ? 'fallback' : 'limited' } as const);
  const wishes = wishesSoFar(settings, state, current, wish, now);
  return { decision, plan: null, wish, limits, state: nextState({ ...round, state }, decision, wishes) };
}

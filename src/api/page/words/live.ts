import type { LiveAnswer } from '../../../../clients/typescript/src/index.js';
import { number, span, split } from './format.js';

/** The running service in one line; what is not known is left out. */
export function liveWords({ pools, ttftSeconds, tpotSeconds, present }: LiveAnswer): string {
  const sum = (values: readonly (number | null)[]): number | null =>
    values.some((value) => value === null) ? null : values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const waiting = sum(pools.map((pool) => pool.waiting));
  const running = sum(pools.map((pool) => pool.running));
  const parts = [
    present === null ? null : split(present),
    running === null ? null : `${number(running)} requests run`,
    waiting === null ? null : `${number(waiting)} wait`,
    ttftSeconds === null ? null : `first token in ${span(ttftSeconds)}`,
    tpotSeconds === null ? null : `each next in ${span(tpotSeconds)}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'Nothing is known of it now.' : `Now: ${parts.join(', ')}.`;
}

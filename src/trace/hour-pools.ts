import type { Random } from '../base/index.js';
import type { Trace } from './trace.js';

const HOUR = 3600;

/** An hour with fewer requests than this borrows from the same hour of other days. */
const FEWEST = 30;

/**
 * Deals rows of a trace by hour: `deal(seconds)` gives the row of a request of the same hour; where that hour has fewer
 * than 30, of the same hour of the days before and after too, then of every day, then of the whole trace. Rows are dealt
 * from a shuffled deck, each once before any comes again, so that means over an hour stay close to the hour's own.
 *
 * @throws RangeError when the trace is empty and a row is asked for
 */
export function hourPools(trace: Trace, random: Random): (seconds: number) => number {
  const hourOf = (seconds: number): number => Math.floor(((trace.startEpochSeconds ?? 0) + seconds) / HOUR);
  const byHour = new Map<number, number[]>();
  for (let row = 0; row < trace.arrival.length; row++) {
    const hour = hourOf(trace.arrival[row]!);
    const rows = byHour.get(hour);
    if (rows) rows.push(row);
    else byHour.set(hour, [row]);
  }
  const decks = new Map<number, () => number>();
  return (seconds) => {
    const hour = hourOf(seconds);
    let deck = decks.get(hour);
    if (!deck) decks.set(hour, (deck = deckOf(poolFor(hour, byHour), random)));
    return deck();
  };
}

function poolFor(hour: number, byHour: Map<number, number[]>): number[] {
  const own = byHour.get(hour) ?? [];
  if (own.length >= FEWEST) return own;
  const near = [hour - 24, hour, hour + 24].flatMap((other) => byHour.get(other) ?? []);
  if (near.length >= FEWEST) return near;
  const everyDay = [...byHour].flatMap(([other, rows]) => ((other - hour) % 24 === 0 ? rows : []));
  return everyDay.length >= FEWEST ? everyDay : [...byHour.values()].flat();
}

/** Deals `rows` in random order, and again in another once all are dealt. */
function deckOf(rows: readonly number[], random: Random): () => number {
  if (rows.length === 0) throw new RangeError('Cannot draw requests: the trace is empty');
  const deck = Uint32Array.from(rows);
  let left = 0;
  return () => {
    if (left === 0) left = deck.length;
    const pick = Math.floor(random() * left--);
    const row = deck[pick]!;
    deck[pick] = deck[left]!;
    deck[left] = row;
    return row;
  };
}

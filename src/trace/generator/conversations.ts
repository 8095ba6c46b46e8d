import type { Random } from '../../base/index.js';
import type { SessionModel } from './model.js';
import { logNormal } from './rates.js';

/** What a conversation's requests have in common. */
export interface Conversation {
  readonly id: number;
  /** Place of its model among the service's. */
  readonly model: number;
  /** Requests still to come. */
  left: number;
}

/**
 * Gives arrivals to conversations. Arrivals are not moved: a conversation whose next request is due takes the next arrival that
 * comes, and only when none is due does an arrival open a new one. So gaps keep their law, and intervals are a little longer than drawn.
 *
 * @param open starts a conversation: its number and model
 * @returns the conversation of the arrival at a moment; moments must not fall
 */
export function conversationsOf(
  { shareOfOne, meanOfOthers, intervalSeconds }: SessionModel,
  random: Random,
  open: () => { id: number; model: number },
): (at: number) => Conversation {
  const due: { at: number; conversation: Conversation }[] = []; // a heap, the soonest first
  const goOn = meanOfOthers > 2 ? 1 - 1 / (meanOfOthers - 1) : 0;
  const further = (): number => {
    if (random() < shareOfOne) return 0;
    let turns = 1;
    while (random() < goOn) turns++;
    return turns;
  };
  return (at) => {
    const isDue = due.length > 0 && due[0]!.at <= at;
    const conversation = isDue ? takeFirst(due).conversation : { ...open(), left: further() };
    if (conversation.left > 0) {
      conversation.left--;
      insert(due, { at: at + Math.max(1, logNormal(intervalSeconds, random)), conversation });
    }
    return conversation;
  };
}

interface Due {
  at: number;
}

function insert<T extends Due>(heap: T[], item: T): void {
  let place = heap.push(item) - 1;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (heap[parent]!.at <= item.at) break;
    heap[place] = heap[parent]!;
    place = parent;
  }
  heap[place] = item;
}

function takeFirst<T extends Due>(heap: T[]): T {
  const first = heap[0]!;
  const item = heap.pop()!;
  if (heap.length === 0) return first;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
    if (heap[child]!.at >= item.at) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = item;
  return first;
}

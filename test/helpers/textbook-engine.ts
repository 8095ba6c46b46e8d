import {
  decodeSeconds,
  EventKind,
  feedbackLevel,
  mixedSeconds,
  prefillSeconds,
  type FirstToken,
  type LatencyProfile,
  type RequestColumns,
  type SchedulerOptions,
} from '../../src/serving/index.js';
import type { Role } from '../../src/spec/index.js';

/** What the textbook engine tells of a request: its number, the kind of event, when. */
export type TextbookEvent = readonly [request: number, kind: number, at: number];

interface Running {
  readonly request: number;
  /** Tokens to have in the cache before the next token comes out, and those computed so far. */
  target: number;
  computed: number;
  /** Tokens that came out. */
  produced: number;
  blocks: number;
  isFresh: boolean;
}

interface Waiting {
  readonly request: number;
  readonly at: number;
  readonly produced: number;
  readonly isLoaded: boolean;
  /** It was preempted, and comes before all others. */
  readonly isFirst: boolean;
}

/** What the textbook engine is run with. */
export interface TextbookSetting {
  readonly role: Role;
  readonly firstToken: FirstToken;
  readonly profile: LatencyProfile;
  readonly scheduler: SchedulerOptions;
  /** Called as each step starts, with the KV blocks that are in use in it. */
  readonly onStep?: (start: number, end: number, usedBlocks: number) => void;
}

/**
 * One vLLM replica as a textbook has it, written apart from the product's engine: one step at a time, and in every step each running
 * request is looked at: does it need a block, which tokens does it compute, has it ended. The policies choose among those that
 * wait by looking at all of them.
 */
export class TextbookEngine {
  readonly events: TextbookEvent[] = [];
  private waiting: Waiting[] = [];
  private running: Running[] = [];
  private freeBlocks: number;
  private time = 0;
  /** End of the step in progress, and what it computes for each of its requests. */
  private step: { readonly end: number; readonly work: readonly (readonly [Running, number])[] } | null = null;

  constructor(
    private readonly setting: TextbookSetting,
    private readonly requests: RequestColumns,
  ) {
    const { kvTokensCapacity, kvBlockTokens } = setting.profile;
    this.freeBlocks = Math.floor(kvTokensCapacity / kvBlockTokens);
  }

  /** Hands over a request, at a moment to which the engine was advanced. */
  accept(request: number, at: number): void {
    this.waiting.push({ request, at, produced: 0, isLoaded: this.setting.role === 'decode', isFirst: false });
  }

  /** Runs every step that starts before a moment, and ends those that end by it. */
  advance(to: number): void {
    for (;;) {
      if (this.step) {
        if (this.step.end > to) return;
        this.end(this.step.end, this.step.work);
        this.step = null;
      }
      const start = this.running.length > 0 ? this.time : Math.max(this.time, this.head()?.at ?? Infinity);
      if (!(start < to)) return;
      this.time = start;
      this.step = this.start();
    }
  }

  private start(): TextbookEngine['step'] {
    const { profile, scheduler } = this.setting;
    if (scheduler.timeoutSeconds! < Infinity) this.dropExpired();
    if (this.running.length === 0 && !((this.head()?.at ?? Infinity) <= this.time)) return null;
    if (scheduler.policy === 'mlfq') this.makeRoomForHead();
    let isShort = false;
    for (; this.blocksNeeded() > this.freeBlocks; isShort = true) this.preempt(this.lowest() ?? this.running.at(-1)!);
    const decoding = this.running.filter((one) => this.isDecoding(one));
    for (const one of decoding)
      if (this.blocksFor(one.computed + 1) > one.blocks) {
        one.blocks++;
        this.freeBlocks--;
      }
    const context = decoding.reduce((sum, one) => sum + one.computed, 0);
    const work: [Running, number][] = decoding.map((one) => [one, 1]);
    const isBatch = scheduler.policy === 'request-level';
    const budget = isBatch && this.running.length === 0 ? Infinity : scheduler.tokenBudget - decoding.length;
    const sums = { budget, tokens: 0, attention: 0, prior: 0 };
    const chunk = (one: Running): void => {
      const tokens = Math.min(one.target - one.computed, sums.budget);
      if (tokens === 0) return;
      sums.budget -= tokens;
      sums.tokens += tokens;
      sums.attention += tokens * (one.computed + tokens / 2);
      sums.prior += one.computed;
      work.push([one, tokens]);
    };
    for (const one of this.running) if (!this.isDecoding(one)) chunk(one);
    const takesNew = !isShort && !(isBatch && this.running.length > 0);
    const joined = takesNew ? this.admit(sums, work, chunk) : { count: 0, context: 0 };
    const seconds = this.secondsOf(sums, decoding.length + joined.count, context + joined.context);
    const end = this.time + seconds + profile.stepOverhead;
    this.setting.onStep?.(this.time, end, this.usedBlocks());
    return { end, work };
  }

  private secondsOf(
    { tokens, attention, prior }: { tokens: number; attention: number; prior: number },
    batch: number,
    context: number,
  ): number {
    const { profile } = this.setting;
    if (tokens === 0) return decodeSeconds(profile, batch, context);
    return batch === 0
      ? prefillSeconds(profile, tokens, attention, prior)
      : mixedSeconds(profile, tokens, attention, prior, batch, context);
  }

  private admit(
    sums: { budget: number },
    work: [Running, number][],
    chunk: (one: Running) => void,
  ): { count: number; context: number } {
    const joined = { count: 0, context: 0 };
    while (sums.budget > 0 && this.running.length < this.setting.scheduler.maxSeqs) {
      const next = this.head();
      if (!next || next.at > this.time) break;
      const prompt = this.promptOf(next.request);
      const makesFirst = this.setting.firstToken === 'decode';
      const blocks = this.blocksOf(next);
      if (blocks > this.freeBlocks) break;
      this.freeBlocks -= blocks;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      const one = { request: next.request, produced: next.produced, blocks, isFresh: false, target: 0, computed: 0 };
      this.running.push(one);
      one.target = prompt + next.produced;
      if (!next.isLoaded) {
        one.computed = this.cachedTokens(prompt);
        chunk(one);
        continue;
      }
      one.computed = makesFirst ? prompt - 1 : prompt;
      one.isFresh = makesFirst;
      one.produced = makesFirst ? 0 : 1;
      one.target = one.computed;
      joined.count++;
      joined.context += one.computed;
      sums.budget--;
      work.push([one, 1]);
    }
    return joined;
  }

  private end(at: number, work: readonly (readonly [Running, number])[]): void {
    this.time = at;
    const { role, firstToken } = this.setting;
    for (const [one, tokens] of work) {
      const wasDecoding = this.isDecoding(one);
      one.computed += tokens;
      if (!wasDecoding && one.computed < one.target) continue;
      if (wasDecoding) one.target = one.computed;
      if (one.produced === 0 && this.isLate(one.request)) {
        this.leave(one, EventKind.timedOut);
        continue;
      }
      if (!wasDecoding && role === 'prefill' && firstToken === 'decode') {
        this.leave(one, EventKind.prefilled);
        continue;
      }
      one.produced++;
      if (one.produced === 1 && (one.isFresh || !wasDecoding)) this.tell(one, EventKind.firstToken);
      one.isFresh = false;
      if (one.produced === this.requests.outputTokens[one.request]) this.leave(one, EventKind.finished);
      else if (role === 'prefill') this.leave(one, EventKind.prefilled);
    }
  }

  private isDecoding(one: Running): boolean {
    return one.computed >= one.target;
  }

  private blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.setting.profile.kvBlockTokens);
  }

  private promptOf(request: number): number {
    return this.requests.promptTokens[request]!;
  }

  private usedBlocks(): number {
    return this.running.reduce((sum, { blocks }) => sum + blocks, 0);
  }

  private blocksNeeded(): number {
    return this.running.filter((one) => this.isDecoding(one) && this.blocksFor(one.computed + 1) > one.blocks).length;
  }

  /** Blocks that a waiting request needs to join: for its tokens, and where its first token is out for the next one. */
  private blocksOf({ request, produced, isLoaded }: Waiting): number {
    const isNext = isLoaded && this.setting.firstToken === 'prefill';
    return this.blocksFor(this.promptOf(request) + produced + (isNext ? 1 : 0));
  }

  /** Whole blocks of a prompt that the prefix cache has, never all of it. */
  private cachedTokens(prompt: number): number {
    const { kvBlockTokens } = this.setting.profile;
    const tokens = Math.min((this.setting.scheduler.prefixHitRate ?? 0) * prompt, prompt - 1);
    return Math.floor(tokens / kvBlockTokens) * kvBlockTokens;
  }

  /** Who is served next of those that wait. */
  private head(): Waiting | undefined {
    const { policy = 'fcfs' } = this.setting.scheduler;
    if (policy === 'fcfs' || policy === 'request-level') return this.waiting[0]; // they stand in the order of their arrivals
    const rank = ({ request, produced, isFirst }: Waiting): number => {
      if (isFirst) return -Infinity;
      const prompt = this.promptOf(request);
      return policy === 'srf' ? prompt : policy === 'lrf' ? -prompt : feedbackLevel(prompt, produced);
    };
    return this.waiting.reduce<Waiting | undefined>(
      (best, one) => (best && rank(best) <= rank(one) ? best : one),
      undefined,
    );
  }

  private levelOf({ request, produced }: { readonly request: number; readonly produced: number }): number {
    return feedbackLevel(this.promptOf(request), produced);
  }

  /** Under the feedback queue the decoding request of the lowest level, the newest of several. */
  private lowest(): Running | undefined {
    if (this.setting.scheduler.policy !== 'mlfq') return undefined;
    const decoding = this.running.filter((one) => this.isDecoding(one));
    return decoding.reduce<Running | undefined>(
      (best, one) => (best && this.levelOf(best) > this.levelOf(one) ? best : one),
      undefined,
    );
  }

  private makeRoomForHead(): void {
    const { maxSeqs } = this.setting.scheduler;
    const head = this.head();
    if (!head || head.at > this.time) return;
    const isFull = (): boolean =>
      this.running.length >= maxSeqs || this.blocksOf(head) > this.freeBlocks - this.blocksNeeded();
    for (let one = this.lowest(); one && isFull() && this.levelOf(one) > this.levelOf(head); one = this.lowest())
      this.preempt(one);
  }

  /** Whether the clock of a request without a token has run out. */
  private isLate(request: number): boolean {
    const { timeoutSeconds = Infinity } = this.setting.scheduler;
    return timeoutSeconds < Infinity && this.time - this.requests.arrival![request]! > timeoutSeconds;
  }

  private dropExpired(): void {
    const isLate = ({ request, produced }: { readonly request: number; readonly produced: number }): boolean =>
      produced === 0 && this.isLate(request);
    for (const one of this.waiting.filter(isLate)) this.tell(one, EventKind.timedOut);
    this.waiting = this.waiting.filter((one) => !isLate(one));
    for (const one of this.running.filter(isLate)) this.leave(one, EventKind.timedOut);
  }

  private preempt(one: Running): void {
    this.running.splice(this.running.indexOf(one), 1);
    this.freeBlocks += one.blocks;
    const { request, produced } = one;
    const again = { request, at: this.time, produced, isLoaded: false };
    if (this.setting.scheduler.policy === 'mlfq') this.waiting.push({ ...again, isFirst: false });
    else this.waiting.unshift({ ...again, isFirst: true });
    this.tell(one, EventKind.preempted);
  }

  private leave(one: Running, kind: number): void {
    this.running.splice(this.running.indexOf(one), 1);
    this.freeBlocks += one.blocks;
    this.tell(one, kind);
  }

  private tell({ request }: { readonly request: number }, kind: number): void {
    this.events.push([request, kind, this.time]);
  }
}

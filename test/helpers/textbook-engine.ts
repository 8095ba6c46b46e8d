import {
  decodeSeconds,
  EventKind,
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
}

/** What the textbook engine is run with. */
export interface TextbookSetting {
  readonly role: Role;
  readonly firstToken: FirstToken;
  readonly profile: LatencyProfile;
  readonly scheduler: SchedulerOptions;
}

/**
 * One vLLM replica as a textbook has it, written apart from the product's engine: one step at a time, and in every step each running
 * request is looked at: does it need a block, which tokens does it compute, has it ended. First come first served.
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
    this.waiting.push({ request, at, produced: 0, isLoaded: this.setting.role === 'decode' });
  }

  /** Runs every step that starts before a moment, and ends those that end by it. */
  advance(to: number): void {
    for (;;) {
      if (this.step) {
        if (this.step.end > to) return;
        this.end(this.step.end, this.step.work);
        this.step = null;
      }
      const start =
        this.running.length > 0 ? this.time : Math.max(this.time, this.waiting[0] ? this.waiting[0].at : Infinity);
      if (!(start < to)) return;
      this.time = start;
      this.step = this.start();
    }
  }

  private start(): NonNullable<TextbookEngine['step']> {
    const { profile, scheduler } = this.setting;
    let isShort = false;
    const needed = (): number =>
      this.running.filter((one) => this.isDecoding(one) && this.blocksFor(one.computed + 1) > one.blocks).length;
    for (; needed() > this.freeBlocks; isShort = true) this.preemptNewest();
    const decoding = this.running.filter((one) => this.isDecoding(one));
    for (const one of decoding)
      if (this.blocksFor(one.computed + 1) > one.blocks) {
        one.blocks++;
        this.freeBlocks--;
      }
    const context = decoding.reduce((sum, one) => sum + one.computed, 0);
    const work: [Running, number][] = decoding.map((one) => [one, 1]);
    const sums = { budget: scheduler.tokenBudget - decoding.length, tokens: 0, attention: 0, prior: 0 };
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
    const joined = isShort ? { count: 0, context: 0 } : this.admit(sums, work, chunk);
    const batch = decoding.length + joined.count;
    const { tokens, attention, prior } = sums;
    const seconds =
      tokens === 0
        ? decodeSeconds(profile, batch, context + joined.context)
        : batch === 0
          ? prefillSeconds(profile, tokens, attention, prior)
          : mixedSeconds(profile, tokens, attention, prior, batch, context + joined.context);
    return { end: this.time + seconds + profile.stepOverhead, work };
  }

  private admit(
    sums: { budget: number },
    work: [Running, number][],
    chunk: (one: Running) => void,
  ): { count: number; context: number } {
    const joined = { count: 0, context: 0 };
    while (sums.budget > 0 && this.running.length < this.setting.scheduler.maxSeqs) {
      const next = this.waiting[0];
      if (!next || next.at > this.time) break;
      const prompt = this.requests.promptTokens[next.request]!;
      const makesFirst = this.setting.firstToken === 'decode';
      const blocks = this.blocksFor(prompt + next.produced + (next.isLoaded && !makesFirst ? 1 : 0));
      if (blocks > this.freeBlocks) break;
      this.freeBlocks -= blocks;
      this.waiting.shift();
      const one = { request: next.request, produced: next.produced, blocks, isFresh: false, target: 0, computed: 0 };
      this.running.push(one);
      one.target = prompt + next.produced;
      if (!next.isLoaded) {
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

  private preemptNewest(): void {
    const one = this.running.pop()!;
    this.freeBlocks += one.blocks;
    this.waiting.unshift({ request: one.request, at: this.time, produced: one.produced, isLoaded: false });
    this.tell(one, EventKind.preempted);
  }

  private leave(one: Running, kind: number): void {
    this.running.splice(this.running.indexOf(one), 1);
    this.freeBlocks += one.blocks;
    this.tell(one, kind);
  }

  private tell({ request }: Running, kind: number): void {
    this.events.push([request, kind, this.time]);
  }
}

import { FEATURE_COUNT, writeRecent, writeTarget } from '../features/index.js';
import type { History } from '../history.js';
import { nextLevel } from '../models/ewma.js';
import type { Plain } from '../plain.js';
import { expectBoosted } from './boosted.js';
import { examplesFrom } from './examples.js';
import type { Learned, Learner, Situation } from './learner.js';
import { expectRidge } from './ridge.js';

/** Steps that have learners of their own; a step between takes those of the next one, told of its own row's time and yesterday. */
const ANCHORS = [1, 3, 6, 12, 24, 48, 96, 192, 384];

/** What learners know of one step; plain data. A learner that had too few rows, or all alike, is null. */
interface BankStep {
  readonly step: number;
  readonly alpha: number;
  readonly level: number | null;
  readonly learned: readonly (Learned | null)[];
}

/** What a bank needs to go on; plain data. */
export interface BankState {
  readonly scale: number;
  readonly places: Int32Array;
  readonly steps: readonly BankStep[];
}

/** Learners side by side, fed the same features. */
export interface Bank {
  observe(history: History, row: number): void;
  /** Fills one array for each learner with what it expects of the next rows; NaN where it cannot tell. */
  predict(history: History, origin: number, into: readonly Float64Array[]): void;
  state(): BankState;
}

/** The steps up to `horizon` that have learners of their own, `horizon` among them. */
export function anchorsUpTo(horizon: number): number[] {
  return [...ANCHORS.filter((step) => step < horizon), horizon];
}

/** Fits learners on the first `rows` rows; those beyond the first step are fewer where `isFar` says so. */
export function fitBank(
  history: History,
  rows: number,
  learners: readonly Learner[],
  { horizon, seed }: { readonly horizon: number; readonly seed: number },
  isFar: (learner: Learner) => boolean = () => true,
): BankState {
  const examplesOf = examplesFrom(history, rows);
  const steps = anchorsUpTo(horizon).map((step): BankStep => {
    const examples = examplesOf(step);
    const isConstant = examples.targets.every((value) => value === examples.targets[0]);
    const learned = learners.map((learner) =>
      isConstant || examples.table.rows < learner.leastRows || (step > 1 && !isFar(learner))
        ? null
        : learner.learn(examples, seed),
    );
    return { step, alpha: examples.alpha, level: null, learned };
  });
  const { scale, places } = examplesOf(1);
  return { scale, places, steps };
}

/** A bank that goes on from a state. */
export function openBank(start: BankState): Bank {
  const { scale, places, steps } = start;
  const levels = steps.map(({ level }) => level ?? NaN);
  const all = new Float32Array(FEATURE_COUNT);
  const features = new Float32Array(places.length);
  return {
    observe(history, row) {
      steps.forEach(({ alpha }, i) => (levels[i] = nextLevel(levels[i]!, alpha, history.filled[row]!)));
    },
    predict(history, origin, into) {
      const last = origin > 0 ? history.filled[origin - 1]! / scale : NaN;
      const horizon = into[0]?.length ?? 0;
      for (const expected of into) expected.fill(NaN);
      if (Number.isNaN(last)) return;
      writeRecent(history, origin, scale, all, 0);
      for (let step = 1, anchor = 0; step <= horizon; step++) {
        if (step > steps[anchor]!.step) anchor++;
        writeTarget(history, origin, step, scale, all, 0);
        for (let i = 0; i < places.length; i++) features[i] = all[places[i]!]!;
        const situation = { features, level: levels[anchor]! / scale, last };
        steps[anchor]!.learned.forEach((learned, i) => {
          if (learned !== null) into[i]![step - 1] = expectOf(learned, situation) * scale;
        });
      }
    },
    state: () => ({
      scale,
      places,
      steps: steps.map((own, i) => ({ ...own, level: Number.isNaN(levels[i]!) ? null : levels[i]! })),
    }),
  };
}

function expectOf(learned: Learned, situation: Situation): number {
  return learned.kind === 'ridge' ? expectRidge(learned, situation) : expectBoosted(learned, situation);
}

/** A bank's state as it is saved. */
export const plainBank = (state: BankState): Plain => state as unknown as Plain;

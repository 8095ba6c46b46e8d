import { FEATURE_NAMES } from '../features/index.js';
import { anchorsUpTo, fitBank, openBank, plainBank, type Bank, type BankState } from '../learners/bank.js';
import type { Learner } from '../learners/learner.js';
import { lastObserved, type History } from '../history.js';
import type { Plain } from '../plain.js';
import type { FittedModel, FitOptions, PointModel } from '../point-model.js';
import { copyBench, judgeMembers, openBench, standingsOf, withoutBenched, type MemberBench } from './member-bench.js';
import { combine, foresee, judge, noLosses, type Losses } from './weights.js';

/** What an ensemble is made of. */
export interface EnsembleParts {
  /** Models that need no features. */
  readonly plain: readonly PointModel[];
  /** Learners that share features; those in `far` also for steps beyond the first. */
  readonly learners: readonly Learner[];
  readonly far: readonly Learner[];
}

interface EnsembleState {
  readonly plain: readonly Plain[];
  readonly bank: BankState;
  readonly losses: readonly Losses[];
  /** Left out where no member is benched. */
  readonly bench?: MemberBench;
}

/**
 * Expects the weighted mean of its members, whose weights follow from their discounted errors of the past, separately for each
 * step that has learners of its own: they start from the errors on rows that the members were not fitted on, and learn from every
 * row that comes. Its medians are weighted by absolute errors. With `benchWindow` a member that the last value beats does not count.
 */
export function makeEnsemble(name: string, parts: EnsembleParts): PointModel {
  return {
    name,
    features: FEATURE_NAMES,
    memorises: true,
    async fit(history, rows, options, trial) {
      const plain: FittedModel[] = [];
      for (const member of parts.plain) plain.push(await member.fit(history, rows, options));
      const bank = fitBank(history, rows, parts.learners, options, (learner) => parts.far.includes(learner));
      const losses = startingLosses(parts, options, trial);
      const bench = options.benchWindow === undefined ? null : openBench(options.benchWindow, namesOf(parts).length);
      return fitted(parts, { plain, bank: openBank(bank), losses, bench });
    },
    revive(saved) {
      const { plain, bank, losses, bench } = saved as unknown as EnsembleState;
      return fitted(parts, {
        plain: parts.plain.map((member, i) => member.revive(plain[i]!)),
        bank: openBank(bank),
        losses: losses.map((own) => ({ ...own })),
        bench: bench === undefined ? null : copyBench(bench),
      });
    },
  };
}

/** The trial's losses, found on rows that it was not fitted on; forecasts that it made beyond them do not count. */
function startingLosses(
  { plain, learners }: EnsembleParts,
  { horizon }: FitOptions,
  trial: FittedModel | null | undefined,
): Losses[] {
  if (!trial) return anchorsUpTo(horizon).map((step) => noLosses(step, plain.length + learners.length));
  const { losses } = trial.state() as unknown as EnsembleState;
  return losses.map((own) => ({ ...own, pending: [] }));
}

const namesOf = ({ plain, learners }: EnsembleParts): string[] => [...plain, ...learners].map(({ name }) => name);

/** An ensemble at work. */
interface Working {
  readonly plain: readonly FittedModel[];
  readonly bank: Bank;
  readonly losses: readonly Losses[];
  readonly bench: MemberBench | null;
}

function fitted(parts: EnsembleParts, { plain, bank, losses, bench }: Working): FittedModel {
  const medians: number[] = [];
  const members = losses[0]!.squared.length;
  return {
    observe(history, row) {
      const due = losses[0]!.pending.find((known) => known.row === row);
      if (bench && due) judgeMembers(bench, due.expected, lastObserved(history, row), history.values[row]!);
      for (const own of losses) judge(own, history, row);
      for (const model of plain) model.observe(history, row);
      bank.observe(history, row);
    },
    predict(history, origin, into) {
      const expected = expectations(plain, bank, members, history, origin, into.length);
      medians.length = 0;
      for (let step = 1, anchor = 0; step <= into.length; step++) {
        if (step > losses[anchor]!.step) anchor++;
        const own = Float64Array.from(expected, (steps) => Math.max(0, steps[step - 1]!));
        const counted = bench ? withoutBenched(bench, own) : own;
        into[step - 1] = combine(losses[anchor]!, 'mean', counted);
        medians.push(combine(losses[anchor]!, 'median', counted));
        if (step === losses[anchor]!.step) foresee(losses[anchor]!, origin, own);
      }
    },
    medians: (into) => into.set(medians),
    members: () => (bench ? standingsOf(bench, namesOf(parts)) : []),
    state: () => ({
      ...(bench ? { bench: copyBench(bench) as unknown as Plain } : {}),
      plain: plain.map((model) => model.state()),
      bank: plainBank(bank.state()),
      losses: losses.map(({ pending, ...own }) => ({ ...own, pending: pending.slice() })),
    }),
  };
}

/** What each member expects of the next steps, plain ones first. */
function expectations(
  plain: readonly FittedModel[],
  bank: Bank,
  members: number,
  history: History,
  origin: number,
  steps: number,
): Float64Array[] {
  const expected = Array.from({ length: members }, () => new Float64Array(steps));
  plain.forEach((model, i) => model.predict(history, origin, expected[i]!));
  bank.predict(history, origin, expected.slice(plain.length));
  return expected;
}

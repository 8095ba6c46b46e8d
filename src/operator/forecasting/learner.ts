import path from 'node:path';
import { measure } from '../../forecast/index.js';
import { gapShapeOf, mergeMixes, targetOf, type LoadSeries, type WorkloadMix } from '../../load/index.js';
import { baselineFor, feed, forecastOrNull, type Brain } from './brain.js';
import { joinLoad, lastBins } from './join-load.js';
import type { LearnedForecast, LoadLearner } from './learner-types.js';
import { meanTokensOf } from './mean-tokens.js';
import { restoreModel } from './restore-model.js';
import { accuracyOf } from './track.js';
import type { Trainers } from './trainers.js';

/** What a learner is told. */
export interface LearnerOptions {
  /** On the volume; each model has a folder of its own in it. */
  readonly folder: string;
  /** What the load is of, for people. */
  readonly source: string;
  /** Of FORECASTER_NAMES; the one that did best of late is followed. */
  readonly models: readonly string[];
  readonly binSeconds: number;
  readonly timeZone: string;
  /** How far forecasts look. */
  readonly horizonSeconds: number;
  /** How much of the past is kept and trained on. */
  readonly historySeconds: number;
  readonly retrainEverySeconds: number;
  /** The level of forecasts that is planned for, one of QUANTILE_LEVELS. */
  readonly quantile: number;
  readonly trainers: Trainers;
  readonly seed?: number;
  /** Told of every training that ended, well (null) or not. */
  readonly onTrained?: (model: string, error: Error | null) => void;
}

/** Observed bins without which no model is trained. */
export const FEWEST_BINS = 60;
/** What is kept at most, however short the bins: four weeks of minutes, and forecasts of so many steps. */
const MOST_BINS = 50_000;
const MOST_STEPS = 1000;
/** A training that failed is tried again after so long, or at the next regular time if that is sooner. */
const RETRY_SECONDS = 900;
/** Requests this much older count half in the mix. */
const MIX_HALF_LIFE_SECONDS = 2 * 86400;

/** One of the models that are asked for. */
interface Slot {
  readonly model: string;
  readonly folder: string;
  brain: Brain | null;
  nextTrainingAt: number;
  /** Whether the folder may hold a model that was not looked at yet. */
  isFolderNew: boolean;
  /** Why there is no trained model; null when nothing went wrong. */
  trouble: string | null;
}

/** Everything a learner knows. */
interface Learner {
  readonly options: LearnerOptions;
  readonly steps: number;
  readonly slots: readonly Slot[];
  readonly closing: AbortController;
  load: LoadSeries | null;
  mix: WorkloadMix | null;
  baseline: Brain | null;
  training: Promise<void> | null;
}

/** Bins of the past that a learner keeps. */
export function keptBins(historySeconds: number, binSeconds: number): number {
  return Math.min(MOST_BINS, Math.max(FEWEST_BINS, Math.ceil(historySeconds / binSeconds)));
}

/** Opens a learner; models that its folder keeps are loaded with the first forecast, when the history is there to hold them against. */
export function openLearner(options: LearnerOptions): LoadLearner {
  const { binSeconds, historySeconds, horizonSeconds } = options;
  const mostBins = keptBins(historySeconds, binSeconds);
  const learner: Learner = {
    options,
    steps: Math.min(MOST_STEPS, Math.max(1, Math.ceil(horizonSeconds / binSeconds))),
    slots: [...new Set(options.models)].map((model) => ({
      ...{ model, folder: path.join(options.folder, model), brain: null },
      ...{ nextTrainingAt: -Infinity, isFolderNew: true, trouble: null },
    })),
    ...{ closing: new AbortController(), load: null, mix: null, baseline: null, training: null },
  };
  const checked = (load: LoadSeries): LoadSeries => {
    if (load.binSeconds === binSeconds) return { ...load, timeZone: options.timeZone };
    throw new RangeError(`Cannot learn: bins must be of ${binSeconds} s, got ${load.binSeconds}`);
  };
  return {
    append(load, mix = null) {
      learner.load = joinLoad(learner.load, checked(load), mostBins);
      feedAll(learner, learner.load);
      if (mix !== null) learner.mix = withMix(learner.mix, mix, load.requests.length * binSeconds);
    },
    prepend(load) {
      const older = joinLoad(null, checked(load), mostBins);
      learner.load = learner.load === null ? older : joinLoad(older, learner.load, mostBins);
      for (const slot of learner.slots) slot.isFolderNew ||= slot.brain === null; // its model may be of these bins
    },
    async forecast(now, { mayTrain } = { mayTrain: true }) {
      if (learner.load === null) return null;
      for (const slot of learner.slots) if (slot.isFolderNew) await takeUp(learner, slot, learner.load);
      if (mayTrain) trainWhenDue(learner, learner.load, now);
      if (learner.slots.every(({ brain }) => brain === null))
        learner.baseline ??= await baselineFor(learner.load, learner.steps);
      feedAll(learner, learner.load);
      return now - observedUntil(learner.load) < learner.steps * binSeconds ? learned(learner, mayTrain) : null;
    },
    mix: () => learner.mix && { ...learner.mix, gapShape: recentGapShape(learner.load) },
    async close() {
      learner.closing.abort();
      await learner.training;
    },
  };
}

/** Loads the model that a folder keeps; one that cannot serve is refused, and a new one trained. */
async function takeUp({ options, steps }: Learner, slot: Slot, load: LoadSeries): Promise<void> {
  slot.isFolderNew = false;
  try {
    const found = await restoreModel(slot.folder, { ...options, model: slot.model, horizon: steps }, load);
    if (found === null) return;
    slot.brain = slot.brain === null ? found : { ...found, track: slot.brain.track };
    slot.trouble = null;
    slot.nextTrainingAt = (found.trainedAt ?? 0) + options.retrainEverySeconds;
  } catch (error) {
    slot.trouble = (error as Error).message;
  }
}

/** Trains one model at a time, the one that has waited longest first. */
function trainWhenDue(learner: Learner, load: LoadSeries, now: number): void {
  const [slot] = [...learner.slots].sort((a, b) => a.nextTrainingAt - b.nextTrainingAt);
  if (slot === undefined || learner.training !== null || learner.closing.signal.aborted) return;
  if (now < slot.nextTrainingAt || observedBins(load) < FEWEST_BINS) return;
  slot.nextTrainingAt = now + learner.options.retrainEverySeconds;
  learner.training = train(learner, slot, load, now).finally(() => {
    learner.training = null;
  });
}

async function train({ options, steps, closing }: Learner, slot: Slot, load: LoadSeries, now: number): Promise<void> {
  const { trainers, source, seed = 1, retrainEverySeconds, onTrained } = options;
  const { model, folder } = slot;
  const task = { name: model, model, horizon: steps, seed, source, isModelled: false, selection: {} };
  try {
    await trainers.train({ target: targetOf(load, 'requests'), folder, options: task }, closing.signal);
    slot.isFolderNew = true;
    onTrained?.(model, null);
  } catch (error) {
    if (closing.signal.aborted) return;
    slot.trouble = `training failed: ${(error as Error).message}`;
    slot.nextTrainingAt = now + Math.min(RETRY_SECONDS, retrainEverySeconds);
    onTrained?.(model, error as Error);
  }
}

/** A forecaster whose last bin has left the history cannot go on from it. */
function feedAll(learner: Learner, load: LoadSeries): void {
  for (const slot of learner.slots) if (slot.brain !== null && !feed(slot.brain, load)) slot.brain = null;
  if (learner.baseline !== null && !feed(learner.baseline, load)) learner.baseline = null;
}

function learned(learner: Learner, mayTrain: boolean): LearnedForecast | null {
  const { steps, options } = learner;
  const brain = bestOf(learner.slots) ?? learner.baseline;
  const requests = brain && forecastOrNull(brain, steps);
  if (brain === null || requests === null) return null;
  const { champion, rival, isBenched, reason } = brain.forecaster.standing();
  return {
    ...{ originAt: brain.fedUntil, binSeconds: options.binSeconds, requests, model: isBenched ? rival : champion },
    meanTokens: learner.mix && meanTokensOf(learner.mix),
    ...{
      trainedAt: brain.trainedAt,
      accuracy: accuracyOf(brain.track, options.quantile),
      isCold: brain.trainedAt === null,
    },
    reason: brain.trainedAt === null ? whyCold(learner, mayTrain) : reason,
  };
}

/** The trained model with the smallest error of late; one that has not been tried yet comes last. */
function bestOf(slots: readonly Slot[]): Brain | null {
  const errorOf = ({ track: { actual, mean } }: Brain): number => measure(actual, mean).nmae ?? Infinity;
  const brains = slots.flatMap(({ brain }) => brain ?? []);
  return brains.reduce<Brain | null>(
    (best, brain) => (best === null || errorOf(brain) < errorOf(best) ? brain : best),
    null,
  );
}

function whyCold({ slots, training, load, baseline }: Learner, mayTrain: boolean): string {
  const trouble = slots.flatMap((slot) => slot.trouble ?? [])[0];
  const bins = load === null ? 0 : observedBins(load);
  const due = mayTrain ? 'one is due to be trained' : `the past is being read, ${bins} bins are known`;
  const waiting = bins < FEWEST_BINS ? `${bins} of ${FEWEST_BINS} bins are known` : due;
  const why = [trouble, training === null ? waiting : 'one is being trained'].filter(Boolean).join('; ');
  return `${baseline?.name ?? 'nothing'} forecasts while there is no trained model: ${why}`;
}

/** End of the newest bin that was observed, Unix seconds; -Infinity where none was. */
function observedUntil({ observed, startEpochSeconds, binSeconds }: LoadSeries): number {
  const last = observed.lastIndexOf(1);
  return last < 0 ? -Infinity : (startEpochSeconds ?? 0) + (last + 1) * binSeconds;
}

function observedBins({ observed }: LoadSeries): number {
  return observed.reduce((sum, one) => sum + one, 0);
}

function withMix(known: WorkloadMix | null, mix: WorkloadMix, seconds: number): WorkloadMix {
  return known === null ? mix : mergeMixes(known, mix, 2 ** (-seconds / MIX_HALF_LIFE_SECONDS));
}

/** How bursty the last day was: the mix of a single bin cannot tell. */
function recentGapShape(load: LoadSeries | null): number {
  return load === null ? 1 : gapShapeOf(lastBins(load, Math.ceil(86400 / load.binSeconds)));
}

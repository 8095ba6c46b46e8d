import { NotReadyError } from '../../base/index.js';
import { makeContested, type ContestedForecaster, type Forecast } from '../../forecast/index.js';
import { mergeMixes, targetOf, type LoadSeries, type WorkloadMix } from '../../load/index.js';
import { endOf, joinLoad } from './join-load.js';
import type { LearnedForecast, LoadLearner } from './learner-types.js';
import { restoreModel } from './restore-model.js';
import { accuracyOf, emptyTrack, noteOutcome, type Track } from './track.js';
import type { Trainers } from './trainers.js';

/** What a learner is told. */
export interface LearnerOptions {
  /** The model's own folder on the volume. */
  readonly folder: string;
  /** What the load is of, for people. */
  readonly source: string;
  /** One of FORECASTER_NAMES. */
  readonly model: string;
  readonly binSeconds: number;
  readonly timeZone: string;
  /** How far forecasts look. */
  readonly horizonSeconds: number;
  /** How much of the past is kept and trained on. */
  readonly historySeconds: number;
  readonly retrainEverySeconds: number;
  readonly trainers: Trainers;
  readonly seed?: number;
  /** Told of every training that ended, well (null) or not. */
  readonly onTrained?: (error: Error | null) => void;
}

/** Forecasts while no model is trained. */
const BASELINE = 'ewma';
/** Observed bins without which no model is trained. */
const FEWEST_BINS = 60;
/** A training that failed is tried again after so long, or at the next regular time if that is sooner. */
const RETRY_SECONDS = 900;
/** Requests this much older count half in the mix. */
const MIX_HALF_LIFE_SECONDS = 2 * 86400;

/** Who forecasts now. */
interface Brain {
  readonly forecaster: ContestedForecaster;
  /** Null for a baseline. */
  readonly trainedAt: number | null;
  fedUntil: number;
}

/** Everything a learner knows. */
interface Learner {
  readonly options: LearnerOptions;
  readonly steps: number;
  readonly mostBins: number;
  readonly closing: AbortController;
  load: LoadSeries | null;
  mix: WorkloadMix | null;
  brain: Brain | null;
  track: Track;
  training: Promise<void> | null;
  nextTrainingAt: number;
  /** Whether the folder may hold a model that was not looked at yet. */
  isFolderNew: boolean;
  /** Why there is no trained model. */
  trouble: string | null;
}

/** Opens a learner; a model that its folder keeps is loaded with the first forecast, when the history is there to hold it against. */
export function openLearner(options: LearnerOptions): LoadLearner {
  const { binSeconds, historySeconds, horizonSeconds } = options;
  const learner: Learner = {
    ...{ options, closing: new AbortController(), load: null, mix: null, brain: null, track: emptyTrack() },
    steps: Math.max(1, Math.ceil(horizonSeconds / binSeconds)),
    mostBins: Math.max(FEWEST_BINS, Math.ceil(historySeconds / binSeconds)),
    ...{ training: null, nextTrainingAt: -Infinity, isFolderNew: true, trouble: null },
  };
  return {
    append(load, mix = null) {
      if (load.binSeconds !== binSeconds)
        throw new RangeError(`Cannot learn: bins must be of ${binSeconds} s, got ${load.binSeconds}`);
      learner.load = joinLoad(learner.load, load, learner.mostBins);
      feed(learner, learner.load);
      if (mix !== null) learner.mix = withMix(learner.mix, mix, load.requests.length * binSeconds);
    },
    async forecast(now) {
      if (learner.load === null) return null;
      if (learner.isFolderNew) await takeUp(learner, learner.load);
      trainWhenDue(learner, learner.load, now);
      learner.brain ??= await baseline(learner, learner.load);
      feed(learner, learner.load);
      return learned(learner, now);
    },
    mix: () => learner.mix,
    async close() {
      learner.closing.abort();
      await learner.training;
    },
  };
}

/** Loads the model that the folder keeps; one that cannot serve is refused, and a new one trained. */
async function takeUp(learner: Learner, load: LoadSeries): Promise<void> {
  const { options, steps } = learner;
  learner.isFolderNew = false;
  try {
    const found = await restoreModel(options.folder, { ...options, horizon: steps }, load);
    if (found === null) return;
    if (learner.brain?.trainedAt === null) learner.track = emptyTrack();
    learner.brain = { ...found };
    learner.trouble = null;
    learner.nextTrainingAt = found.trainedAt + options.retrainEverySeconds;
  } catch (error) {
    learner.trouble = (error as Error).message;
  }
}

function trainWhenDue(learner: Learner, load: LoadSeries, now: number): void {
  if (learner.training !== null || now < learner.nextTrainingAt || learner.closing.signal.aborted) return;
  if (observedBins(load) < FEWEST_BINS) return;
  learner.nextTrainingAt = now + learner.options.retrainEverySeconds;
  learner.training = train(learner, load, now).finally(() => {
    learner.training = null;
  });
}

async function train(learner: Learner, load: LoadSeries, now: number): Promise<void> {
  const { trainers, folder, source, model, seed = 1, retrainEverySeconds, onTrained } = learner.options;
  const task = { name: 'default', model, horizon: learner.steps, seed, source, isModelled: false, selection: {} };
  try {
    await trainers.train({ target: targetOf(load, 'requests'), folder, options: task }, learner.closing.signal);
    learner.isFolderNew = true;
    onTrained?.(null);
  } catch (error) {
    if (learner.closing.signal.aborted) return;
    learner.trouble = `training failed: ${(error as Error).message}`;
    learner.nextTrainingAt = now + Math.min(RETRY_SECONDS, retrainEverySeconds);
    onTrained?.(error as Error);
  }
}

/** What forecasts until a model is trained; null while nothing was observed. */
async function baseline({ steps }: Learner, load: LoadSeries): Promise<Brain | null> {
  if (observedBins(load) === 0) return null;
  const forecaster = makeContested(BASELINE, { horizon: steps, seed: 1 });
  await forecaster.fit(targetOf(load, 'requests'));
  return { forecaster, trainedAt: null, fedUntil: endOf(load) };
}

/** Shows the forecaster the bins that it has not seen, each after it has said what it expects. */
function feed(learner: Learner, load: LoadSeries): void {
  const { brain, track } = learner;
  if (brain === null) return;
  const first = Math.round((brain.fedUntil - (load.startEpochSeconds ?? 0)) / load.binSeconds);
  if (first < 0) {
    // All that it knew is gone: too long a gap to go on from.
    learner.brain = null;
    return;
  }
  for (const value of targetOf(load, 'requests').values.subarray(first)) {
    const expected = forecastOrNull(brain.forecaster, 1);
    if (expected) noteOutcome(track, expected, value);
    brain.forecaster.update([value]);
    brain.fedUntil += load.binSeconds;
  }
}

function learned({ brain, track, steps, trouble, training, options }: Learner, now: number): LearnedForecast | null {
  const requests = brain && forecastOrNull(brain.forecaster, steps);
  if (brain === null || requests === null || now - brain.fedUntil >= options.horizonSeconds) return null;
  const { champion, rival, isBenched, reason } = brain.forecaster.standing();
  const isCold = brain.trainedAt === null;
  const why = trouble ?? (training === null ? `fewer than ${FEWEST_BINS} bins are known` : 'it is being trained');
  return {
    ...{ originAt: brain.fedUntil, binSeconds: options.binSeconds, requests, model: isBenched ? rival : champion },
    ...{ trainedAt: brain.trainedAt, accuracy: accuracyOf(track), isCold },
    reason: isCold ? `${champion} forecasts while there is no trained ${options.model}: ${why}` : reason,
  };
}

function forecastOrNull(forecaster: ContestedForecaster, steps: number): Forecast | null {
  try {
    return forecaster.forecast(steps);
  } catch (error) {
    if (error instanceof NotReadyError) return null;
    throw error;
  }
}

function observedBins({ observed }: LoadSeries): number {
  return observed.reduce((sum, one) => sum + one, 0);
}

function withMix(known: WorkloadMix | null, mix: WorkloadMix, seconds: number): WorkloadMix {
  return known === null ? mix : mergeMixes(known, mix, 2 ** (-seconds / MIX_HALF_LIFE_SECONDS));
}

import { setPriority } from 'node:os';
import { saveModel, trainModel, type TrainOptions } from '../../forecast/index.js';
import type { TargetSeries } from '../../load/index.js';

/** A model to train, and the folder that keeps it. */
export interface TrainTask {
  readonly target: TargetSeries;
  readonly options: TrainOptions;
  readonly folder: string;
}

const NICE = 10;

/** Trains and keeps a model; on Linux it steps back for what decides: a priority is a thread's own there. */
export default async function train({ target, options, folder }: TrainTask): Promise<void> {
  if (process.platform === 'linux') setPriority(NICE);
  const { facts, forecaster } = await trainModel(target, options);
  await saveModel(folder, facts, forecaster);
}

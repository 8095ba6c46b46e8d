import { rmSync } from 'node:fs';
import { pretrainedFolder, saveModel, trainModel } from '../src/forecast/index.js';
import { binTrace, targetOf } from '../src/load/index.js';
import { modelledWeek } from '../src/trace/index.js';

/** Bins of ten minutes, and two hours ahead, which fit into one megabyte. */
const target = targetOf(binTrace(modelledWeek(), 600), 'requests');
const { facts, forecaster } = await trainModel(
  target,
  {
    name: 'pretrained',
    model: 'ensemble',
    horizon: 12,
    seed: 1,
    source: 'the modelled week (data/modelled-week.csv.gz)',
    isModelled: true,
    selection: {},
  },
  (done, total, what) => console.log(`${done} of ${total}: ${what}`),
);
rmSync(pretrainedFolder(), { recursive: true, force: true });
const { state } = await saveModel(pretrainedFolder(), facts, forecaster);
console.log(`${pretrainedFolder()}: ${state.bytes} bytes, sha256 ${state.sha256}`);

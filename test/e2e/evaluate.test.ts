import assert from 'node:assert/strict';
import { FORECASTER_NAMES } from '../../src/forecast/index.js';
import { describeWithShared, sharedFile } from '../helpers/shared.js';
import { tempFiles } from '../helpers/temp-file.js';
import { runCli } from './run-cli.js';

interface Evaluation {
  schema: string;
  input?: { requests: number; failed: number };
  series: { target: string; binSeconds: number; bins: number; trainBins: number; scoredBins: number };
  models: Record<string, number | string | null>[];
}

const MEASURES = ['nmae', 'nmse', 'nmseEnergy', 'bias', 'p90Coverage', 'p90Pinball', 'fitSeconds'];

describe('foresail evaluate', () => {
  const write = tempFiles();
  const rows = Array.from({ length: 40 }, (_, i) => `${i * 3600},${10 + (i % 24)}`);
  const binned = write('binned.csv', `time_s,requests\n${rows.join('\n')}\n`);

  it('prints one document with --json, and nothing else', () => {
    const run = runCli(
      'evaluate',
      binned,
      '--models',
      'last,yesterday',
      '--horizon',
      '1,2',
      '--test-days',
      '0.5',
      '--json',
    );
    assert.equal(run.stderr, '');
    assert.equal(run.exitCode, 0);
    const { schema, input, series, models } = JSON.parse(run.stdout) as Evaluation;
    assert.equal(schema, 'foresail.evaluate/1');
    assert.equal(input, undefined);
    assert.equal(series.trainBins, 28);
    assert.equal(series.scoredBins, 12);
    assert.deepEqual(
      models.map(({ model, horizon }) => `${model!} ${horizon!}`),
      ['last 1', 'last 2', 'yesterday 1', 'yesterday 2'],
    );
    assert.equal(models[2]!.nmae, 0);
  });

  it('prints a table for people', () => {
    const { stdout } = runCli('evaluate', binned, '--models', 'last,yesterday', '--train-bins', '30');
    assert.match(stdout, /^requests in 40 bins of 3600 s \(0 missing\): fitted on 30, scored on 10$/m);
    assert.match(stdout, /^yesterday +1 +0\.0000\*/m);
  });

  const refused: [string, string[], RegExp][] = [
    ['a model', ['--models', 'last,oracle'], /--models .*"oracle"/],
    ['a horizon', ['--horizon', '0'], /--horizon .*"0"/],
    ['train bins', ['--train-bins', '40'], /--train-bins .*39.*"40"/],
    ['test days', ['--test-days', '9'], /--test-days .*"9"/],
    ['two splits', ['--test-days', '1', '--train-bins', '3'], /not both/],
    ['an unknown flag', ['--colour', 'red'], /--colour/],
  ];
  for (const [what, flags, message] of refused)
    it(`refuses ${what} in one line, with exit code 2`, () => {
      const run = runCli('evaluate', binned, ...flags);
      assert.equal(run.exitCode, 2);
      assert.equal(run.stdout, '');
      assert.match(run.stderr.split('\n')[0]!, message);
    });
});

describeWithShared('foresail evaluate on a real week', () => {
  it('scores every model on the last two days of conversation requests', () => {
    const file = sharedFile('data/burstgpt-1/BurstGPT_1_week1.csv');
    const flags = ['--service', 'conversation', '--bin', '10m', '--target', 'requests', '--test-days', '2', '--json'];
    const { input, series, models } = JSON.parse(runCli('evaluate', file, ...flags).stdout) as Evaluation;
    assert.deepEqual(input, { requests: 19431, failed: 1538 });
    assert.equal(series.target, 'requests');
    assert.deepEqual([series.binSeconds, series.bins, series.trainBins, series.scoredBins], [600, 1008, 720, 288]);
    assert.deepEqual(
      models.map(({ model }) => model),
      FORECASTER_NAMES,
    );
    for (const model of models) for (const measure of MEASURES) assert.ok(Number.isFinite(model[measure]), measure);
  }).timeout(60000);
});

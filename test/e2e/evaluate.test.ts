import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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

  it('gives intervals and coverages, and the frame of --table', () => {
    const flags = ['--models', 'last,yesterday', '--train-bins', '24', '--refit-every', '6'];
    const { models, series } = JSON.parse(runCli('evaluate', binned, ...flags, '--json').stdout) as {
      series: { refitEvery: number };
      models: { nmae: number; interval95: Record<string, [number, number] | null>; coverage: Record<string, number> }[];
    };
    assert.equal(series.refitEvery, 6);
    const [{ nmae, interval95, coverage } = assert.fail()] = models;
    assert.ok(interval95.nmae![0] <= nmae && nmae <= interval95.nmae![1]);
    assert.deepEqual(Object.keys(coverage), ['p50', 'p80', 'p90', 'p95', 'p99']);
    assert.match(runCli('evaluate', binned, ...flags, '--table').stdout, /║ 1 │ yesterday │/);
  });

  it('writes the scores as csv, json and xlsx, and a page that needs nothing else', () => {
    const at = (name: string): string => write(name, 'old');
    const [csv, json, xlsx, html] = [at('s.csv'), at('s.json'), at('s.xlsx'), at('r.html')];
    for (const file of [csv, json, xlsx]) {
      const run = runCli('evaluate', binned, '--models', 'last,yesterday', '--export', file, '--report', html);
      assert.equal(run.exitCode, 0, run.stderr);
    }
    assert.match(readFileSync(csv, 'utf8'), /^model,horizon,.*\nlast,1,/);
    assert.equal((JSON.parse(readFileSync(json, 'utf8')) as unknown[]).length, 2);
    assert.equal(readFileSync(xlsx).subarray(0, 2).toString(), 'PK');
    const page = readFileSync(html, 'utf8');
    for (const heading of ['Forecasts against what came', 'Error by hour of the day', 'Calibration'])
      assert.ok(page.includes(heading), heading);
    assert.doesNotMatch(page, /<script|(?:src|href)="(?!#)|NaN|undefined/);
  });

  for (const [what, cell] of [
    ['all zeros', () => '0'],
    ['a constant', () => '4'],
    ['huge values', (i: number) => `${1 + (i % 3)}e300`],
    ['mostly missing bins', (i: number) => (i % 7 === 3 ? '5' : '')],
  ] as const)
    it(`answers for ${what} without a NaN, and says why a measure is not defined`, () => {
      const file = write(
        `${what}.csv`,
        `time_s,requests\n${Array.from({ length: 40 }, (_, i) => `${i * 3600},${cell(i)}\n`).join('')}`,
      );
      const html = write(`${what}.html`, '');
      const run = runCli('evaluate', file, '--models', 'last,ewma', '--report', html);
      assert.equal(run.exitCode, 0, run.stderr);
      assert.doesNotMatch(`${run.stdout}${readFileSync(html, 'utf8')}`, /NaN|Infinity|undefined/);
      if (what === 'all zeros') assert.match(run.stdout, /every scored value is 0/);
    });

  const refused: [string, string[], RegExp][] = [
    ['a model', ['--models', 'last,oracle'], /--models .*"oracle"/],
    ['a horizon', ['--horizon', '0'], /--horizon .*"0"/],
    ['train bins', ['--train-bins', '40'], /--train-bins .*39.*"40"/],
    ['test days', ['--test-days', '9'], /--test-days .*"9"/],
    ['a file it cannot write', ['--export', 'scores.txt'], /--export .*"scores.txt"/],
    ['refits', ['--refit-every', '0'], /--refit-every .*"0"/],
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

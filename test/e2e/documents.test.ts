import assert from 'node:assert/strict';
import { z } from 'zod';
import { describeWithShared, sharedFile } from '../helpers/shared.js';
import { runCli } from './run-cli.js';
import { writeTraceFiles } from './sample-files.js';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();
/** The documents that programs may rely on; fields beyond these are free. */
const DOCUMENTS = {
  evaluate: z.looseObject({
    schema: z.literal('foresail.evaluate/1'),
    input: z.looseObject({ requests: count, failed: count }),
    series: z.looseObject({
      target: z.string(),
      binSeconds: z.number().positive(),
      bins: count,
      trainBins: count,
      scoredBins: count,
    }),
    models: z
      .array(
        z.looseObject({
          model: z.string(),
          horizon: z.int().positive(),
          nmae: z.number().nonnegative(),
          nmse: z.number().nonnegative(),
          nmseEnergy: z.number().nonnegative(),
          bias: z.number(),
          p90Coverage: share.optional(),
          p90Pinball: z.number().nonnegative().optional(),
          fitSeconds: z.number().nonnegative(),
        }),
      )
      .min(1),
  }),
};

/** The parsed document of a run that must go well, with nothing but it on stdout. */
function documentOf<T extends keyof typeof DOCUMENTS>(command: T, ...args: string[]): z.infer<(typeof DOCUMENTS)[T]> {
  const run = runCli(command, ...args, '--json');
  assert.equal(run.exitCode, 0, run.stderr);
  return DOCUMENTS[command].parse(JSON.parse(run.stdout));
}

describe('JSON documents', () => {
  let files: ReturnType<typeof writeTraceFiles>;
  before(() => {
    files = writeTraceFiles();
  });
  after(() => files.remove());

  it('evaluate counts failed requests and scores every model that is asked for', () => {
    const { input, models, series } = documentOf(
      'evaluate',
      files.path('good.csv'),
      '--models',
      'last,paper',
      '--bin',
      '10m',
    );
    assert.deepEqual([input.requests, input.failed], [2880, 58]);
    assert.deepEqual(
      models.map(({ model }) => model),
      ['last', 'paper'],
    );
    assert.equal(series.binSeconds, 600);
    assert.equal(series.trainBins + series.scoredBins, series.bins);
  });
});

describeWithShared('evaluate on the real week', () => {
  it('gives the document of the acceptance for every model', () => {
    const file = sharedFile('data/burstgpt-1/BurstGPT_1_week1.csv');
    const flags = ['--service', 'conversation', '--bin', '10m', '--target', 'requests', '--test-days', '2'];
    const { input, models, series } = documentOf('evaluate', file, ...flags);
    assert.deepEqual([input.requests, input.failed], [19_431, 1_538]);
    assert.deepEqual([series.binSeconds, series.bins, series.scoredBins], [600, 1008, 288]);
    const names = models.map(({ model }) => model);
    for (const name of ['last', 'yesterday', 'paper', 'ensemble'])
      assert.ok(names.includes(name), `${name} of ${names.join()}`);
    for (const { model, p90Coverage } of models) if (p90Coverage !== undefined) assert.ok(p90Coverage > 0.5, model);
  });
});

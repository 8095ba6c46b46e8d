import assert from 'node:assert/strict';
import { z } from 'zod';
import { describeWithShared, sharedFile } from '../helpers/shared.js';
import { runCli } from './run-cli.js';
import { writeTraceFiles } from './sample-files.js';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();
const latency = z.looseObject({
  mean: z.number().nonnegative(),
  p50: z.number().nonnegative(),
  p90: z.number().nonnegative(),
  p99: z.number().nonnegative(),
});
const counts = { prefill: count.optional(), decode: count.optional(), serve: count.optional() };
const hasRole = (value: {
  serve?: number | undefined;
  prefill?: number | undefined;
  decode?: number | undefined;
}): boolean => (value.serve !== undefined) !== (value.prefill !== undefined && value.decode !== undefined);

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
  simulate: z.looseObject({
    schema: z.literal('foresail.simulate/1'),
    requests: count,
    finished: count,
    failed: count,
    attainment: share,
    ttftSeconds: latency,
    tpotSeconds: latency,
    e2eSeconds: latency,
    gpuSeconds: z.number().positive(),
  }),
  goodput: z.looseObject({
    schema: z.literal('foresail.goodput/1'),
    configurations: z
      .array(
        z
          .looseObject({
            ...counts,
            goodput: z.number().nonnegative(),
            low: z.number(),
            high: z.number(),
            goodputPerGpu: z.number(),
          })
          .refine(hasRole, 'has serve, or prefill and decode'),
      )
      .min(1),
  }),
  plan: z.looseObject({
    schema: z.literal('foresail.plan/1'),
    steps: z
      .array(z.looseObject({ ...counts, atSeconds: z.number() }).refine(hasRole, 'has serve, or prefill and decode'))
      .min(1),
    predictedAttainment: share,
    runnerUp: z.unknown(),
    binding: z.unknown(),
  }),
};

/** The parsed document of a run that must go well, with nothing but it on stdout. */
function documentOf<T extends keyof typeof DOCUMENTS>(command: T, ...args: string[]): z.infer<(typeof DOCUMENTS)[T]> {
  const run = runCli(command, ...args, '--json');
  assert.equal(run.exitCode, 0, run.stderr);
  return DOCUMENTS[command].parse(JSON.parse(run.stdout)) as z.infer<(typeof DOCUMENTS)[T]>;
}

const DEPLOYMENT = ['--profile', 'h100-llama-3.1-8b-bf16', '--slo', 'ttft=2s,tpot=50ms'];

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

  it('simulate accounts for every request, and never simulates those that failed in the trace', () => {
    const document = documentOf('simulate', files.path('good.csv'), ...DEPLOYMENT, '--serve', '1');
    assert.equal(document.finished + document.failed, document.requests);
    assert.ok(document.ttftSeconds.p50 <= document.ttftSeconds.p99);
  });

  it('goodput brackets each deployment', () => {
    const { configurations } = documentOf('goodput', ...DEPLOYMENT, '--gpus', '2');
    for (const { goodput, low, high } of configurations) assert.ok(low <= goodput && goodput <= high);
  });

  it('plan gives its steps in the order of time', () => {
    const { steps } = documentOf('plan', ...DEPLOYMENT, '--gpus', '4', '--rate', '10');
    assert.deepEqual(
      steps.map(({ atSeconds }) => atSeconds),
      steps.map(({ atSeconds }) => atSeconds).toSorted((a, b) => a - b),
    );
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

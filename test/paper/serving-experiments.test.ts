import assert from 'node:assert/strict';
import { EXPERIMENTS } from '../../src/paper/index.js';
import { describeWithShared, sharedFile } from '../helpers/shared.js';

interface Runs {
  readonly runs: readonly {
    readonly name: string;
    readonly tokenLatency: number;
    readonly kvPeak: number;
    readonly goodRate: number;
  }[];
}

const run = async (name: string): Promise<Runs['runs']> => {
  const experiment = EXPERIMENTS.find((known) => known.name === name)!;
  const { document, report } = await experiment.run({ folders: [sharedFile('data')], seed: 1 });
  assert.ok(report.sections.some(({ tables = [] }) => tables.length > 0));
  return (document as Runs).runs;
};

describeWithShared("the paper's serving experiments", () => {
  it('find bursts costlier than a steady load of the same rate and lengths, as the paper does', async () => {
    const [burst, steady] = await run('fig14');
    assert.ok(burst!.tokenLatency > steady!.tokenLatency && burst!.kvPeak > steady!.kvPeak);
  });

  it('find one switch of the ratio better than either ratio, when the work turns from responses to prompts', async () => {
    const runs = await run('fig19');
    const [before, after, switched] = runs.map(({ goodRate }) => goodRate);
    assert.ok(switched! > before! && switched! > after!, JSON.stringify(runs));
  });
});

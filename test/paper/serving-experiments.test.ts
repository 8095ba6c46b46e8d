import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

const run = async (name: string, ...others: string[]): Promise<Runs['runs']> => {
  const experiment = EXPERIMENTS.find((known) => known.name === name)!;
  const { document, report } = await experiment.run({ folders: [sharedFile('data'), ...others], seed: 1 });
  assert.ok(report.sections.some(({ tables = [] }) => tables.length > 0));
  return (document as Runs).runs;
};

describeWithShared("the paper's serving experiments", () => {
  it('find bursts costlier than a steady load of the same rate and lengths, as the paper does', async () => {
    const [burst, steady] = await run('fig14');
    assert.ok(burst!.tokenLatency > steady!.tokenLatency && burst!.kvPeak > steady!.kvPeak);
  });

  it('take the real Azure Functions 2021 where its file is there, and say modelled where it is not', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'maf-'));
    const rows = Array.from({ length: 2100 }, (_, i) => `app,func,${i * 3 + 1},0.5`);
    const file = path.join(folder, 'AzureFunctionsInvocationTraceForTwoWeeksJan2021.txt');
    writeFileSync(file, ['app,func,end_timestamp,duration', ...rows, ''].join('\n'));
    const [, modelled] = await run('fig14');
    const [, measured] = await run('fig14', folder);
    rmSync(folder, { recursive: true });
    assert.deepEqual([modelled!.name, measured!.name], ['MAF2-like, modelled, 0.326/s', 'MAF2, 0.326/s']);
    assert.ok(measured!.tokenLatency < modelled!.tokenLatency, 'evenly spaced arrivals never crowd');
  });

  it('find one switch of the ratio better than either ratio, when the work turns from responses to prompts', async () => {
    const runs = await run('fig19');
    const [before, after, switched] = runs.map(({ goodRate }) => goodRate);
    assert.ok(switched! > before! && switched! > after!, JSON.stringify(runs));
  });
});

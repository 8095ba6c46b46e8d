import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EXPERIMENTS, type ExperimentResult } from '../../src/paper/index.js';
import { describeWithShared, sharedFile } from '../helpers/shared.js';

interface Runs {
  readonly runs: readonly {
    readonly name: string;
    readonly tokenLatencySeconds: number;
    readonly kvPeak: number;
    readonly goodRate: number;
  }[];
}

const resultOf = (name: string, ...others: string[]): Promise<ExperimentResult> =>
  EXPERIMENTS.find((known) => known.name === name)!.run({
    ...{ folders: [sharedFile('data'), ...others], seed: 1, quick: true },
  });

const run = async (name: string, ...others: string[]): Promise<Runs['runs']> => {
  const { document, report } = await resultOf(name, ...others);
  assert.ok(report.sections.some(({ tables = [] }) => tables.length > 0));
  return (document as Runs).runs;
};

/** A folder with an Azure Functions trace whose invocations end at these seconds. */
function functionsFolder(ends: readonly number[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'maf-'));
  const rows = ends.map((end) => `app,func,${end + 1},0.5`);
  const file = path.join(folder, 'AzureFunctionsInvocationTraceForTwoWeeksJan2021.txt');
  writeFileSync(file, ['app,func,end_timestamp,duration', ...rows, ''].join('\n'));
  return folder;
}

describeWithShared("the paper's serving experiments", () => {
  it('find bursts costlier than a steady load of the same rate and lengths, as the paper does', async () => {
    const [burst, steady] = await run('fig14');
    assert.ok(burst!.tokenLatencySeconds > steady!.tokenLatencySeconds && burst!.kvPeak > steady!.kvPeak);
  });

  it('take the real Azure Functions 2021 where its file is there, and say modelled where it is not', async () => {
    const folder = functionsFolder(Array.from({ length: 2100 }, (_, i) => i * 3));
    const [, modelled] = await run('fig14');
    const [, measured] = await run('fig14', folder);
    rmSync(folder, { recursive: true });
    assert.deepEqual([modelled!.name, measured!.name], ['MAF2-like, modelled, 0.326/s', 'MAF2, 0.326/s']);
    assert.ok(measured!.tokenLatencySeconds < modelled!.tokenLatencySeconds, 'evenly spaced arrivals never crowd');
  });

  it('find one switch of the ratio better than either ratio, when the work turns from responses to prompts', async () => {
    const runs = await run('fig19');
    const [before, after, switched] = runs.map(({ goodRate }) => goodRate);
    assert.ok(switched! > before! && switched! > after!, JSON.stringify(runs));
  });

  it('say that ours disagrees, and why, where the functions come in one crowd and BurstGPT does not', async () => {
    // 499 within a second, and one that makes the span what the rate asks for
    const folder = functionsFolder([...Array.from({ length: 499 }, (_, i) => i / 499), 100_000]);
    const findings = [...(await resultOf('fig13', folder)).findings, ...(await resultOf('fig14', folder)).findings];
    rmSync(folder, { recursive: true });
    const verdicts = findings.map(({ finding, agrees, why }) => [finding.split('.')[0], agrees, why !== null]);
    assert.deepEqual(verdicts, [
      ['At the same rate BurstGPT is burstier than MAF2, whose requests come more evenly', false, true],
      ['BurstGPT is harder on the KV cache', false, true],
      ['BurstGPT has the higher average token latency', false, true],
      ['BurstGPT has the higher average throughput', false, true],
    ]);
  });
});

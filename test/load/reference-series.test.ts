import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { aggregate, binTrace, loadFromTable, readBinned, targetFromColumn, targetOf } from '../../src/load/index.js';
import type { LoadSeries, TargetSeries } from '../../src/load/index.js';
import { filterTrace, readTrace } from '../../src/trace/index.js';
import { describeWithShared, sharedFile } from '../helpers/shared.js';

interface Reference {
  series: Record<string, { rows: number; missing_rows: number; bin_seconds: number; checks: { sha256: string } }>;
}

const file = (name: string): string => sharedFile(`data/${name}`);
const week1 = async (): Promise<LoadSeries> =>
  binTrace((await readTrace(file('burstgpt-1/BurstGPT_1_week1.csv'))).trace, 60);
const conversation = async (): Promise<LoadSeries> => {
  const { trace } = await readTrace(file('burstgpt-1/BurstGPT_1_week1.csv'));
  return binTrace(filterTrace(trace, { service: 'conversation' }), 60);
};
const tokens = (load: LoadSeries): TargetSeries => {
  const prompts = targetOf(load, 'promptTokens');
  const outputs = targetOf(load, 'outputTokens');
  return { ...prompts, values: prompts.values.map((value, bin) => value + outputs.values[bin]!) };
};
const binned = async (name: string, column: string, missingWhere?: string): Promise<TargetSeries> =>
  targetFromColumn(await readBinned(file(name), { column, missingWhere }), column);
const load = async (name: string): Promise<LoadSeries> => loadFromTable(await readBinned(file(name)));
const requests = async (name: string, binSeconds: number): Promise<LoadSeries> =>
  binTrace((await readTrace(file(name))).trace, binSeconds);
/** Mooncake's steps of 3 s jitter by a few ms; the reference rounds them by starting its bins half a second early. */
const mooncake = async (): Promise<LoadSeries> => {
  const { trace } = await readTrace(file('mooncake/conversation.csv'));
  const early = { ...trace, arrival: trace.arrival.map((at) => at + 0.5), endSeconds: trace.endSeconds! + 0.5 };
  return binTrace(early, 15);
};

const SMALL = 'servegen/m-small.csv';
const LARGE = 'servegen/m-large_days00-09.csv';
const IMAGE = 'servegen/mm-image.csv';
const HOURLY = 'burstgpt-1/hourly_days00-40.csv';
const AZURE = 'azure-2023/AzureLLMInferenceTrace_conv_first_half.csv';

const SERIES: Record<string, () => Promise<TargetSeries>> = {
  'b1-all-1m': async () => targetOf(await week1(), 'requests'),
  'b1-conv-1m': async () => targetOf(await conversation(), 'requests'),
  'b1-tok-1m': async () => tokens(await week1()),
  'b1-mtok-1m': async () => targetOf(await load('burstgpt-1/week1_minute.csv'), 'meanTokens'),
  'b1-all-10m': async () => targetOf(aggregate(await load('burstgpt-1/week1_minute.csv'), 10), 'requests'),
  'b1-conv-10m': async () => targetOf(aggregate(await conversation(), 10), 'requests'),
  'b1-tok-10m': async () => tokens(aggregate(await week1(), 10)),
  'b1-mtok-10m': async () => targetOf(aggregate(await week1(), 10), 'meanTokens'),
  'b1-conv-1h': () => binned(HOURLY, 'conversation'),
  'b1-api-1h': () => binned(HOURLY, 'api'),
  'b1-all-1h': () => binned(HOURLY, 'all'),
  'sg-large-10m': () => binned(LARGE, 'requests', 'gap=1'),
  'sg-small-10m': () => binned(SMALL, 'requests', 'gap=1'),
  'sg-image-10m': () => binned(IMAGE, 'requests', 'gap=1'),
  'az24-code-1h': () => binned('azure-2024/code_hourly_days0-4.csv', 'requests'),
  'az24-conv-1h': () => binned('azure-2024/conv_hourly_days0-3.csv', 'requests'),
  'rag-1h': async () => targetOf(await requests('ragpulse/requests_days0-3.csv', 3600), 'requests'),
  'az-convA-10s': async () => targetOf(await requests(AZURE, 10), 'requests'),
  'az-convAmtok-10s': async () => targetOf(await requests(AZURE, 10), 'meanTokens'),
  'az-code-10s': async () => targetOf(await requests('azure-2023/AzureLLMInferenceTrace_code.csv', 10), 'requests'),
  'moon-conv-15s': async () => targetOf(await mooncake(), 'requests'),
  'moon-convmtok-15s': async () => targetOf(await mooncake(), 'meanTokens'),
};

function sha256(values: Float64Array): string {
  const text = Array.from(values, (value) => (Number.isNaN(value) ? -1 : value).toFixed(6)).join('\n');
  return createHash('sha256').update(text).digest('hex');
}

describeWithShared('the reference series, rebuilt from their files', () => {
  const reference = JSON.parse(readFileSync(file('forecast-reference.json'), 'utf8')) as Reference;

  it('are all of them', () => {
    assert.deepEqual(Object.keys(SERIES).sort(), Object.keys(reference.series).sort());
  });

  for (const [name, build] of Object.entries(SERIES)) {
    it(`${name} has the checksum of the reference`, async () => {
      const { rows, missing_rows, bin_seconds, checks } = reference.series[name]!;
      const { values, binSeconds } = await build();
      assert.equal(binSeconds, bin_seconds);
      assert.equal(values.length, rows);
      assert.equal(values.filter(Number.isNaN).length, missing_rows);
      assert.equal(sha256(values), checks.sha256);
    });
  }
});

import assert from 'node:assert/strict';
import { failedCount, filterTrace, readTrace, requestCount } from '../../src/trace/index.js';
import { describeWithShared, sharedFile } from '../helpers/shared.js';

describeWithShared('real traces', () => {
  const read = async (name: string) => readTrace(sharedFile(`data/${name}`));

  it('BurstGPT week 1 has the requests and failures that its publishers count', async () => {
    const { trace, report } = await read('burstgpt-1/BurstGPT_1_week1.csv');
    assert.deepEqual([requestCount(trace), failedCount(trace), report.outOfOrder], [19431, 1538, 0]);
    const counts = [
      ['conversation', 'ChatGPT', 12566, 886],
      ['conversation', 'GPT-4', 6554, 650],
      ['api', 'ChatGPT', 279, 2],
      ['api', 'GPT-4', 32, 0],
    ] as const;
    for (const [service, model, requests, failed] of counts) {
      const part = filterTrace(trace, { service, model });
      assert.deepEqual([requestCount(part), failedCount(part)], [requests, failed], `${service} ${model}`);
    }
    assert.equal(trace.endSeconds, 7 * 86400);
    assert.equal(trace.startEpochSeconds, null);
  });

  it('BurstGPT part 3 has sessions, and starts in the first hour of its first day', async () => {
    const { trace, report } = await read('burstgpt-3/BurstGPT_3_first400.csv');
    assert.equal(requestCount(trace), 400);
    assert.equal(requestCount(filterTrace(trace, { service: 'conversation' })), 394);
    assert.equal(new Set(trace.session.filter((session) => session >= 0)).size, 135);
    assert.deepEqual([trace.arrival[0], report.skippedDays], [19440110 % 86400, 225]);
    assert.equal(trace.elapsed[0], 43);
  });

  for (const [name, rows] of [
    ['azure-2023/AzureLLMInferenceTrace_code.csv', 8819],
    ['azure-2023/AzureLLMInferenceTrace_conv_first_half.csv', 9739],
    ['mooncake/conversation.csv', 12031],
    ['ragpulse/requests_days0-3.csv', 4354],
  ] as const) {
    it(`${name} has ${rows} rows`, async () => {
      const { trace, report } = await read(name);
      assert.deepEqual([report.rows, report.badRows, requestCount(trace)], [rows, 0, rows]);
      assert.equal(trace.arrival[0], 0);
    });
  }
});

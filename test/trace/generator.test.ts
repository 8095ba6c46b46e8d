import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { mean, quantileOfSorted, seededRandom } from '../../src/base/index.js';
import {
  BURSTGPT_MODEL,
  burstGptCsv,
  embeddedTracePath,
  failedCount,
  filterTrace,
  generateTrace,
  meanRateOf,
  modelledWeek,
  readTrace,
  requestCount,
  sliceTrace,
  traceStatistics,
  type GeneratorModel,
} from '../../src/trace/index.js';
import { tempFiles } from '../helpers/temp-file.js';
import { traceAt } from '../helpers/traces.js';

describe('the embedded week', () => {
  it('is what its seed makes, byte for byte', () => {
    const packed = readFileSync(embeddedTracePath());
    assert.ok(packed.length < 300_000, `${packed.length} bytes`);
    assert.ok(gunzipSync(packed).toString() === burstGptCsv(modelledWeek()), 'make it anew as data/README.md says');
  });

  it('reads back as seven days of requests with failures, two models and two services', async () => {
    const { trace, report } = await readTrace(embeddedTracePath());
    assert.deepEqual([report.format, report.badRows, report.outOfOrder], ['burstgpt', 0, 0]);
    assert.ok(requestCount(trace) > 19_000 && requestCount(trace) < 20_000);
    assert.equal(trace.endSeconds, 7 * 86400);
    assert.deepEqual([...trace.modelNames].sort(), ['ChatGPT', 'GPT-4']);
    assert.deepEqual([...trace.serviceNames].sort(), ['api', 'conversation']);
  });
});

describe('a generated trace', () => {
  const month = generateTrace(BURSTGPT_MODEL, { days: 84, seed: 1 });
  const conversation = filterTrace(month, { service: 'conversation' });

  it('follows the daily and weekly profile of its model', () => {
    const { hourly } = BURSTGPT_MODEL.services[0]!;
    const sums = { weekday: new Array<number>(24).fill(0), weekend: new Array<number>(24).fill(0) };
    for (const at of conversation.arrival) {
      const day = (2 + Math.floor(at / 86400)) % 7;
      sums[day >= 5 ? 'weekend' : 'weekday'][Math.floor(at / 3600) % 24]!++;
    }
    for (const [kind, days] of [
      ['weekday', 60],
      ['weekend', 24],
    ] as const) {
      const profile = hourly[kind];
      // three log-normal windows an hour wander by 30 %: about 28 % an hour, 6 % over 24 weekend days
      profile.forEach((expected, hour) => {
        if (expected > 20) assert.ok(Math.abs(sums[kind][hour]! / days / expected - 1) < 0.25, `${kind} ${hour}`);
      });
      const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
      assert.ok(Math.abs(total(sums[kind]) / days / total(profile) - 1) < 0.06);
    }
  });

  it('fails as often as its models do', () => {
    for (const { name, failureRate } of BURSTGPT_MODEL.services[0]!.models) {
      const part = filterTrace(conversation, { model: name });
      assert.ok(Math.abs(failedCount(part) / requestCount(part) / failureRate - 1) < 0.05);
    }
  });

  it('has conversations: over a third of one request, half of at most two, three quarters of at most four', () => {
    const { shareOfOne, turns, requests } = traceStatistics(sliceTrace(conversation, 0, 70 * 86400)).sessions!;
    assert.ok(Math.abs(shareOfOne - 0.36) < 0.02, `${shareOfOne}`);
    assert.deepEqual([turns.p50, turns.p75], [2, 4]);
    assert.ok(requests > 100_000);
  });

  it('has Zipf-like prompts and short or long responses that grow with the prompt', () => {
    const rows = Array.from(conversation.promptTokens.keys()).filter((i) => conversation.outputTokens[i]! > 0);
    const prompts = rows.map((i) => conversation.promptTokens[i]!);
    const lengths = (from: number, to: number): number => prompts.filter((value) => value >= from && value < to).length;
    assert.ok(lengths(8, 108) > 2 * lengths(408, 508), 'shorter prompts are more frequent');
    const long = (from: number, to: number): number =>
      mean(
        rows
          .filter(
            (i) =>
              conversation.promptTokens[i]! >= from &&
              conversation.promptTokens[i]! < to &&
              conversation.outputTokens[i]! > 120,
          )
          .map((i) => conversation.outputTokens[i]!),
      );
    assert.ok(long(1500, 2000) > long(0, 500) + 80);
    const outputs = Float64Array.from(rows, (i) => conversation.outputTokens[i]!).sort();
    assert.ok(quantileOfSorted(outputs, 0.1) < 50 && quantileOfSorted(outputs, 0.5) > 200);
  });

  it('has bursts only where its model has them: the API is more uneven over hours than conversation', () => {
    const dispersion = (arrival: Float64Array): number => {
      const hours = new Float64Array(84 * 24);
      for (const at of arrival) hours[Math.floor(at / 3600)]!++;
      const centre = mean(hours);
      return mean(hours.map((count) => (count - centre) ** 2)) / centre;
    };
    assert.ok(dispersion(filterTrace(month, { service: 'api' }).arrival) > 60);
    assert.ok(meanRateOf(BURSTGPT_MODEL) * 7 * 86400 > 19_000);
  });

  it('reaches the rate asked for, in the mean', () => {
    const fast = generateTrace(BURSTGPT_MODEL, { days: 28, seed: 3, meanRate: 0.2 });
    assert.ok(Math.abs(requestCount(fast) / (28 * 86400) / 0.2 - 1) < 0.1);
  });

  it('is the same for the same seed and JSON, in order, and within its days', () => {
    const model = JSON.parse(JSON.stringify(BURSTGPT_MODEL)) as GeneratorModel;
    const part = generateTrace(model, { days: 1.5, seed: 9 });
    assert.deepEqual(part, generateTrace(BURSTGPT_MODEL, { days: 1.5, seed: 9 }));
    assert.notDeepEqual(part.arrival, generateTrace(BURSTGPT_MODEL, { days: 1.5, seed: 10 }).arrival);
    part.arrival.forEach((at, i) => assert.ok(at >= (part.arrival[i - 1] ?? 0) && at < 1.5 * 86400));
    assert.throws(() => generateTrace(model, { days: 0, seed: 1 }), RangeError);
    assert.throws(() => generateTrace(model, { days: 1, seed: 1, meanRate: 0 }), RangeError);
  });
});

describe('BurstGPT CSV', () => {
  const write = tempFiles();

  it('reads back as it was, but for fractions of seconds', async () => {
    const random = seededRandom(1);
    const trace = traceAt([0.5, 3, 7.25], {
      promptTokens: Uint32Array.from({ length: 3 }, () => Math.floor(random() * 5000)),
      modelNames: ['a,"b"'],
      serviceNames: ['api'],
    });
    const back = (await readTrace(write('back.csv', burstGptCsv(trace)))).trace;
    assert.deepEqual(back, { ...trace, arrival: Float64Array.of(0, 3, 7), endSeconds: 7 });
  });
});

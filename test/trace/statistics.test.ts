import assert from 'node:assert/strict';
import { gamma, seededRandom } from '../../src/base/index.js';
import {
  autocorrelation,
  burstinessWindows,
  fitGamma,
  fitZipf,
  readTrace,
  sliceTrace,
  statisticsReport,
  traceStatistics,
} from '../../src/trace/index.js';
import { digamma, logGamma, trigamma } from '../../src/trace/statistics/gamma-functions.js';
import { describeWithShared, sharedFile } from '../helpers/shared.js';
import { traceAt } from '../helpers/traces.js';

const close = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

describe('the functions around Gamma', () => {
  it('meet their known values', () => {
    close(logGamma(0.5), Math.log(Math.sqrt(Math.PI)), 1e-12);
    close(logGamma(11), Math.log(3628800), 1e-11);
    close(digamma(1), -0.5772156649015329, 1e-12);
    close(digamma(0.25), -4.227453533376265, 1e-11);
    close(trigamma(1), Math.PI ** 2 / 6, 1e-11);
    close(trigamma(0.5), Math.PI ** 2 / 2, 1e-10);
  });
});

describe('the Gamma law of gaps', () => {
  for (const [shape, scale] of [
    [0.3, 10],
    [0.5, 2],
    [1, 0.01],
    [4, 30],
  ] as const)
    it(`finds a planted shape of ${shape} and scale of ${scale} s, by likelihood and by moments`, () => {
      const random = seededRandom(3, `gaps ${shape}`);
      const sums = { count: 0, sum: 0, squares: 0, logs: 0 };
      for (let i = 0; i < 40_000; i++) {
        const gap = gamma(shape, random) * scale;
        sums.count++;
        sums.sum += gap;
        sums.squares += gap * gap;
        sums.logs += Math.log(gap);
      }
      const { likelihood, moments, cv } = fitGamma(sums);
      // the shape's standard error is about 0.7 % by likelihood, and up to three times that by moments
      close(likelihood!.shape / shape, 1, 0.03);
      close(likelihood!.scaleSeconds / scale, 1, 0.04);
      close(likelihood!.ratePerSecond * likelihood!.scaleSeconds, 1, 1e-12);
      close(moments!.shape / shape, 1, 0.07);
      close(cv, 1 / Math.sqrt(shape), 0.07 / Math.sqrt(shape));
    });

  it('is unknown for too few gaps, and for gaps that are all alike', () => {
    assert.equal(fitGamma({ count: 1, sum: 3, squares: 9, logs: Math.log(3) }).moments, null);
    const alike = fitGamma({ count: 4, sum: 8, squares: 16, logs: 4 * Math.log(2) });
    assert.deepEqual([alike.likelihood, alike.moments, alike.cv], [null, null, 0]);
  });

  it('is told window by window, from gaps that lie whole within one', () => {
    const arrival = Float64Array.from([...Array.from({ length: 20 }, (_, i) => 1100 + i ** 1.5), 2500, 2501]);
    const windows = burstinessWindows(arrival, false);
    assert.deepEqual(
      windows.map(({ startSeconds, gaps }) => [startSeconds, gaps]),
      [[0, 19]],
    );
    close(windows[0]!.meanSeconds, (arrival[19]! - arrival[0]!) / 19, 1e-9);
    assert.deepEqual(burstinessWindows(new Float64Array(0), true), []);
  });

  it('hardly suffers from whole seconds, where gaps are longer than they are', () => {
    const random = seededRandom(5, 'seconds');
    let at = 0;
    const arrival = Float64Array.from({ length: 160 }, () => (at += gamma(1, random) * 7)).map(Math.floor);
    const shape = burstinessWindows(arrival, true)[0]!.likelihood!.shape;
    close(shape, 1, 0.25); // a standard error of 9 %, and the seconds
  });
});

describe('the Zipf law of lengths', () => {
  it('finds a planted exponent', () => {
    for (const exponent of [0.6, 1, 1.6]) {
      const random = seededRandom(9, `zipf ${exponent}`);
      const power = 1 - exponent;
      const draw = (): number =>
        exponent === 1
          ? 8 * (2001 / 8) ** random()
          : (8 ** power + random() * (2001 ** power - 8 ** power)) ** (1 / power);
      const lengths = Uint32Array.from({ length: 30_000 }, () => Math.floor(draw())).sort();
      close(fitZipf(lengths)!.exponent, exponent, 0.02);
    }
  });

  it('is unknown where all lengths are alike or none is there', () => {
    assert.equal(fitZipf(Uint32Array.of(5, 5, 5)), null);
    assert.equal(fitZipf(new Uint32Array(0)), null);
  });
});

describe('the statistics of a trace', () => {
  it('see a load that repeats itself daily, and that it does not weekly where there is no week', () => {
    const wave = Float64Array.from({ length: 96 }, (_, hour) => 5 + 4 * Math.sin((hour / 12) * Math.PI));
    close(autocorrelation(wave, 24)!, 1, 1e-12);
    close(autocorrelation(wave, 12)!, -1, 1e-12);
    assert.equal(autocorrelation(wave, 168), null);
    assert.equal(autocorrelation(new Float64Array(100), 24), null);
  });

  it('tell services, models and failures apart, and hours of the day', () => {
    const trace = traceAt([0, 3599, 3600, 90_000], {
      outputTokens: Uint32Array.of(10, 0, 30, 40),
      promptTokens: Uint32Array.of(1, 0, 3, 4),
      service: Uint8Array.of(0, 0, 1, 0),
      serviceNames: ['conversation', 'api', 'unused'],
      model: Uint8Array.of(0, 1, 1, 0),
      modelNames: ['a', 'b'],
      endSeconds: 2 * 86400,
    });
    const { services, models, spanSeconds } = traceStatistics(trace);
    assert.equal(spanSeconds, 172_800);
    assert.deepEqual(Object.keys(services), ['conversation', 'api']);
    assert.deepEqual(models, { a: { requests: 2, failed: 0 }, b: { requests: 2, failed: 1 } });
    const { rates, failureRate } = services.conversation!;
    close(failureRate, 1 / 3, 1e-12);
    assert.deepEqual([rates.perHour.length, rates.perHour[0], rates.perHour[25]], [48, 2, 1]);
    assert.deepEqual([rates.byWeekday[0]![0], rates.byWeekday[1]![1], rates.byWeekday[2]![0]], [2, 1, null]);
    assert.deepEqual(services.conversation!.models.b!.failureByDay.rates, [1, null]);
    const ofModel = services.conversation!.models.a!.rates;
    assert.deepEqual([ofModel.perHour[0], ofModel.perHour[25], ofModel.byWeekday[1]![1]], [1, 1, 1]);
    assert.equal(services.conversation!.models.a!.outputTokens.mean, 25);
    assert.equal(services.conversation!.models.b!.outputTokens.mean, null);
  });

  it('find duplicates, shared moments and silences', () => {
    const trace = traceAt([0, 0, 0, 5, 50], { promptTokens: Uint32Array.of(1, 2, 1, 1, 1), endSeconds: 60 });
    const { quality } = traceStatistics(trace);
    assert.deepEqual([quality.duplicates, quality.sharedMoments, quality.isWholeSeconds], [1, 2, true]);
    assert.deepEqual(quality.silences.slice(0, 2), [
      { fromSeconds: 5, seconds: 45 },
      { fromSeconds: 50, seconds: 10 },
    ]);
  });

  it('describe conversations where the trace knows them', () => {
    const trace = traceAt([0, 10, 20, 100, 130], { session: Int32Array.of(0, 1, 0, -1, 0) });
    const sessions = traceStatistics(trace).sessions!;
    assert.deepEqual([sessions.sessions, sessions.requests, sessions.shareOfOne], [2, 4, 0.5]);
    assert.deepEqual(sessions.turns, { mean: 2, p50: 2, p75: 2.5, p90: 2.8, most: 3 });
    assert.equal(sessions.intervalSeconds!.mean, 65);
    const [one, three] = sessions.byTurns;
    assert.deepEqual([one!.turns, one!.meanIntervalSeconds, three!.turns, three!.longIntervals[0]], [1, null, 3, 1]);
    assert.equal(traceStatistics(traceAt([0, 1])).sessions, null);
  });

  it('do without any request of a window, and do not change the trace', () => {
    const trace = traceAt([1, 2, 3]);
    const before = structuredClone(trace);
    traceStatistics(trace);
    assert.deepEqual(trace, before);
    assert.deepEqual(traceStatistics(sliceTrace(trace, 50, 60)).services, {});
  });
});

describeWithShared('the statistics of the real first week', () => {
  it('are those that its README gives', async () => {
    const { trace } = await readTrace(sharedFile('data/burstgpt-1/BurstGPT_1_week1.csv'));
    const { requests, failed, services, quality } = traceStatistics(trace);
    const tally = ({ requests: all, failed: bad }: { requests: number; failed: number }): number[] => [all, bad];
    assert.deepEqual([requests, failed], [19431, 1538]);
    assert.deepEqual(tally(services.conversation!.models.ChatGPT!), [12566, 886]);
    assert.deepEqual(tally(services.conversation!.models['GPT-4']!), [6554, 650]);
    assert.deepEqual(tally(services.api!.models.ChatGPT!), [279, 2]);
    assert.deepEqual(tally(services.api!.models['GPT-4']!), [32, 0]);
    assert.deepEqual([quality.duplicates, quality.sharedMoments], [8, 496]);
    assert.equal(services.conversation!.rates.perDay.days, 7);
  });

  it('make a report that needs nothing else', async () => {
    const { trace } = await readTrace(sharedFile('data/burstgpt-1/BurstGPT_1_week1.csv'));
    const html = await statisticsReport(traceStatistics(trace), { title: 'week 1', timeZone: 'UTC' });
    for (const heading of [
      'Load: conversation',
      'Requests of conversation by model',
      'Failure rate by day',
      'Burstiness',
      'Lengths',
      'Failures',
      'Quality',
    ])
      assert.ok(html.includes(heading), heading);
    assert.ok(!/<script|https?:\/\/(?!www\.w3\.org)/.test(html));
  });
});

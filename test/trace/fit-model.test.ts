import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError } from '../../src/base/index.js';
import {
  BURSTGPT_MODEL,
  fitModel,
  generateTrace,
  MAF_MODEL,
  meanRateOf,
  modelText,
  parseSequence,
  plannedWindows,
  readModel,
  readTrace,
  sequenceAt,
  sliceTrace,
  traceStatistics,
  withGivenLaws,
  writeTrace,
  type GeneratorModel,
} from '../../src/trace/index.js';
import { tempFiles } from '../helpers/temp-file.js';
import { traceAt } from '../helpers/traces.js';

const isWithin = (actual: number, expected: number, share: number, what: string): void =>
  assert.ok(Math.abs(actual / expected - 1) <= share, `${what}: ${actual}, planted ${expected}`);

/** Compares the fitted laws of all windows with at least 200 arrivals with those that they were drawn from. */
function comparesWindows(model: GeneratorModel, options: { days: number; seed: number; meanRate?: number }): number {
  const trace = generateTrace(model, options);
  const plans = plannedWindows(model, options);
  const { services } = traceStatistics(trace);
  let compared = 0;
  model.services.forEach(({ name }, code) => {
    const windows = services[name]?.burstiness.windows ?? [];
    for (const { startSeconds, gaps, likelihood } of windows) {
      if (gaps + 1 < 200 || startSeconds + model.windowSeconds > options.days * 86400) continue; // the last may be cut short
      const window = Math.round(startSeconds / model.windowSeconds);
      isWithin(likelihood!.shape, plans[code]!.shape[window]!, 0.1, `alpha of window ${window}`);
      isWithin(likelihood!.scaleSeconds, plans[code]!.scaleSeconds[window]!, 0.1, `beta of window ${window}`);
      compared++;
    }
  });
  return compared;
}

describe('a generated week, fitted again', () => {
  const options = { days: 7, seed: 5, meanRate: 0.3 };
  const week = generateTrace(BURSTGPT_MODEL, options);
  const fitted = fitModel(week, { name: 'again', firstWeekday: 2 });
  const [planted, found] = [BURSTGPT_MODEL.services[0]!, fitted.services[0]!];

  it('gives back α and β within 10 % in every window of at least 200 arrivals', () => {
    assert.ok(comparesWindows(BURSTGPT_MODEL, options) > 100);
  });

  it('gives back θ within 2 % and failure rates and shares of models', () => {
    planted.models.forEach((model) => {
      const again = found.models.find(({ name }) => name === model.name)!;
      isWithin(again.prompt.exponent, model.prompt.exponent, 0.02, `θ of ${model.name}`);
      isWithin(again.share, model.share, 0.03, 'share');
      isWithin(again.failureRate, model.failureRate, 0.06, 'failure rate');
    });
  });

  it('gives back the course of the day, how bursty and wandering it is, and its conversations', () => {
    isWithin(meanRateOf(fitted), options.meanRate, 0.1, 'mean rate');
    isWithin(found.burstiness.median, planted.burstiness.median, 0.1, 'median α');
    isWithin(found.burstiness.logDeviation, planted.burstiness.logDeviation, 0.2, 'spread of α');
    // a week holds some 50 independent windows, and the fitted profile follows a part of their wandering
    isWithin(found.wander.logDeviation, planted.wander.logDeviation, 0.45, 'wander');
    isWithin(found.sessions!.shareOfOne, planted.sessions!.shareOfOne, 0.05, 'share of conversations of one');
    isWithin(found.sessions!.meanOfOthers, planted.sessions!.meanOfOthers, 0.05, 'requests of the others');
    isWithin(found.sessions!.intervalSeconds.median, planted.sessions!.intervalSeconds.median, 0.25, 'interval');
    const peak = found.hourly.weekday.indexOf(Math.max(...found.hourly.weekday));
    assert.ok(Math.abs(peak - 16) <= 2 && found.hourly.weekday[5]! < found.hourly.weekday[peak]! / 10);
  });

  it('gives back how responses depend on requests', () => {
    const again = generateTrace(fitted, { ...options, seed: 6 });
    const lengths = (trace: typeof week): { mean: number; perPromptToken: number } => {
      const { outputTokens, responseLine } = traceStatistics(trace).services.conversation!.models.ChatGPT!;
      return { mean: outputTokens.mean!, perPromptToken: responseLine!.perPromptToken };
    };
    isWithin(lengths(again).mean, lengths(week).mean, 0.03, 'mean response');
    isWithin(lengths(again).perPromptToken, lengths(week).perPromptToken, 0.1, 'slope');
  });

  it('follows the course of the trace, window by window, where it is kept', () => {
    const course = fitModel(sliceTrace(week, 0, 86400), { name: 'day', firstWeekday: 2, keepsCourse: true });
    assert.equal(course.services[0]!.windows!.shape.length, 72);
    const again = generateTrace(course, { days: 1, seed: 3 });
    const counts = (trace: typeof week): number[] => {
      const perHour = new Array<number>(24).fill(0);
      for (const at of trace.arrival) if (at < 86400) perHour[Math.floor(at / 3600)]!++;
      return perHour;
    };
    counts(week).forEach((count, hour) => {
      if (count > 500) isWithin(counts(again)[hour]!, count, 0.12, `hour ${hour}`);
    });
  });
});

describe('regimes of hours', () => {
  it('are found apart from the usual load, and made again', () => {
    const api = BURSTGPT_MODEL.services[1]!;
    const busy: GeneratorModel = {
      ...BURSTGPT_MODEL,
      services: [
        { ...api, bursts: { ...api.bursts!, perDay: 1, requestsPerHour: { median: 900, logDeviation: 0.5 } } },
      ],
    };
    const fitted = fitModel(generateTrace(busy, { days: 60, seed: 2 }), { name: 'api', firstWeekday: 2 });
    const { bursts, hourly } = fitted.services[0]!;
    isWithin(bursts!.perDay, 1, 0.3, 'regimes a day'); // 60 of them, and some run together
    isWithin(bursts!.hours.median, 2, 0.4, 'hours');
    isWithin(bursts!.requestsPerHour.median, 900, 0.4, 'requests an hour');
    assert.ok(Math.max(...hourly.weekday) < 10, 'the usual load stays low');
  });

  it('of functions there are none: the load is steady', () => {
    const day = generateTrace(MAF_MODEL, { days: 1, seed: 1 });
    assert.ok(Math.abs(day.arrival.length / 86400 / 1.64 - 1) < 0.1);
    assert.equal(fitModel(day, { name: 'maf', firstWeekday: 3 }).services[0]!.bursts, null);
  });
});

describe('given laws', () => {
  it('are what a fit of the windows finds, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        fc.integer({ min: 0, max: 1000 }),
        (from, to, seed) => {
          const mean = 2; // seconds between requests, so that each window has some 600
          const laws = {
            alpha: parseSequence('alpha', `linear:${from},${to}`),
            beta: parseSequence('beta', `stepped:${mean / from},${mean / to}`),
            theta: null,
          };
          assert.ok(comparesWindows(withGivenLaws(BURSTGPT_MODEL, laws, 0.2), { days: 0.2, seed }) > 5);
        },
      ),
      { numRuns: 6 },
    );
  });

  for (const [text, at, value] of [
    ['0.5', 0.3, 0.5],
    ['linear:1,3', 0.25, 1.5],
    ['quadratic:1,0.2,1', 0.5, 0.2],
    ['quadratic:1,2,5', 1, 5],
    ['stepped:1,2,4', 0.5, 2],
    ['stepped:1,2,4', 1, 4],
  ] as const)
    it(`has ${text} at ${at} as ${value}`, () => {
      assert.ok(Math.abs(sequenceAt(parseSequence('alpha', text), at) - value) < 1e-12);
    });

  it('refuses what is no course, and courses that fall to 0', () => {
    for (const text of ['', 'x', '0', '-1', '1,2', 'linear:1', 'linear:1,2,3', 'cubic:1,2', 'stepped:', 'NaN'])
      assert.throws(() => parseSequence('alpha', text), InputError, text);
    const laws = { alpha: parseSequence('a', 'quadratic:1,0.01,0.5'), beta: parseSequence('b', '1'), theta: null };
    assert.throws(() => withGivenLaws(BURSTGPT_MODEL, laws, 7), /falls to/);
  });

  it('move request lengths too', () => {
    const laws = {
      alpha: parseSequence('a', '1'),
      beta: parseSequence('b', '1'),
      theta: parseSequence('t', 'stepped:0.2,2'),
    };
    const trace = generateTrace(withGivenLaws(BURSTGPT_MODEL, laws, 0.5), { days: 0.5, seed: 1 });
    const theta = (from: number, to: number): number =>
      traceStatistics(sliceTrace(trace, from, to)).services.conversation!.models.ChatGPT!.zipf!.exponent;
    isWithin(theta(0, 21600), 0.2, 0.1, 'first half');
    isWithin(theta(21600, 43200), 2, 0.03, 'second half');
  });
});

describe('the file of a model', () => {
  const write = tempFiles();

  it('reads back as it was', async () => {
    const model = fitModel(traceAt([0, 5, 9, 30]), { name: 'small', firstWeekday: 0, keepsCourse: true });
    for (const sample of [model, BURSTGPT_MODEL, MAF_MODEL]) {
      const { schema, ...back } = (await readModel(write('m.json', modelText(sample)))) as GeneratorModel & {
        schema: string;
      };
      assert.deepEqual([back, schema], [sample, 'foresail.trace-model/1']);
    }
    assert.equal(await readModel('burstgpt'), BURSTGPT_MODEL);
  });

  it('is refused with the field at fault', async () => {
    let spoilt = 0;
    const spoil = (change: (model: Record<string, never>) => void): string => {
      const model = JSON.parse(modelText(BURSTGPT_MODEL)) as Record<string, never>;
      change(model);
      return write(`bad-${spoilt++}.json`, JSON.stringify(model));
    };
    type Loose = {
      services: { hourly: { weekday: unknown[] }; models: { share: unknown; response: { kind: string } }[] }[];
    };
    const services = (model: Record<string, never>): Loose['services'] => (model as unknown as Loose).services;
    for (const [file, names] of [
      ['/nowhere/model.json', /nowhere.*burstgpt, maf/],
      [write('text.json', 'no'), /not JSON/],
      [write('other.json', '{}'), /schema/],
      [
        spoil((model) => services(model)[0]!.hourly.weekday.pop()),
        /services\[0\]\.hourly\.weekday must be a list of 24/,
      ],
      [spoil((model) => (services(model)[1]!.models[0]!.share = -1)), /services\[1\]\.models\[0\]\.share/],
      [spoil((model) => (services(model)[1]!.models[1]!.response.kind = 'x')), /response\.kind/],
    ] as const)
      await assert.rejects(readModel(file), (error: Error) => error instanceof InputError && names.test(error.message));
  });

  it('needs a trace with served requests', () => {
    assert.throws(
      () => fitModel(traceAt([1], { outputTokens: new Uint32Array(1) }), { name: '', firstWeekday: 0 }),
      InputError,
    );
  });

  it('is fitted alike from the trace and from its file with microseconds', async () => {
    const laws = { alpha: parseSequence('a', '0.3'), beta: parseSequence('b', '10'), theta: null };
    const trace = generateTrace(withGivenLaws(BURSTGPT_MODEL, laws, 0.1), { days: 0.1, seed: 1 });
    const file = write('written.csv', '');
    await writeTrace(file, trace, { layout: 'burstgpt' });
    const shapes = (of: typeof trace): number[] =>
      traceStatistics(of).services.conversation!.burstiness.windows.map(({ likelihood }) => likelihood!.shape);
    const back = shapes((await readTrace(file)).trace);
    shapes(trace).forEach((shape, window) => isWithin(back[window]!, shape, 0.01, `window ${window}`));
  });
});

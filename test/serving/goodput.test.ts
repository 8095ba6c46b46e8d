import assert from 'node:assert/strict';
import {
  allSplits,
  atRate,
  steadyAttainment,
  goodput,
  goodputOfAll,
  loadProfile,
  metSlo,
  openSearchers,
  simulate,
  sloAttainment,
} from '../../src/serving/index.js';
import { chatTrace } from '../helpers/serving.js';

const profile = loadProfile('h100-llama-3.1-8b-bf16');
const slo = { ttft: 1, tpot: 0.05, attainment: 0.9 };
const unit = chatTrace(3000, 1);

describe('goodput', () => {
  it('keeps the target at its rate and misses it right above, under a load that lasts, inside its interval', () => {
    const span = unit.arrival.at(-1)! / unit.arrival.length;
    const even = atRate(unit, span);
    for (const counts of [{ serve: 2 }, { prefill: 1, decode: 1 }]) {
      const found = goodput(unit, { profile, counts }, slo);
      const attainment = (rate: number): number => steadyAttainment(even, rate, { profile, counts }, slo);
      assert.ok(found.low > 0 && found.low < found.goodput && found.missedAt < found.high);
      assert.ok(found.missedAt / found.goodput <= 1.0101);
      assert.ok(attainment(found.goodput) >= 0.9);
      assert.ok(attainment(found.missedAt) < 0.9);
      assert.equal(found.goodputPerGpu, found.goodput / 2);
      assert.ok(Math.abs(found.runSeconds - 3000 / found.goodput) < 1e-9);
    }
  });

  it('has a narrower interval the more requests it is given', () => {
    const half = (count: number): number => {
      const { low, high, goodput: rate } = goodput(chatTrace(count, 1), { profile, counts: { serve: 1 } }, slo);
      return (high - low) / 2 / rate;
    };
    const [few, many] = [half(2000), half(20_000)];
    assert.ok(many < 0.7 * few && many < 0.025, `${few} ${many}`);
  });

  it('does not depend on how fast the requests that it is given come', () => {
    const of = (rate: number): number => goodput(chatTrace(2000, rate), { profile, counts: { serve: 1 } }, slo).goodput;
    assert.ok(Math.abs(of(1) / of(3) - 1) < 0.01);
  });

  it('is 0 for an SLO that an idle instance misses, and unbounded for one that none misses', () => {
    assert.equal(goodput(unit, { profile, counts: { serve: 1 } }, { tpot: 0.001, attainment: 0.9 }).goodput, 0);
    const few = chatTrace(3, 1);
    assert.equal(goodput(few, { profile, counts: { serve: 1 } }, { e2e: 1000, attainment: 0.9 }).high, Infinity);
  });

  it('never falls when the instances are doubled', () => {
    const of = (counts: object): number => goodput(unit, { profile, counts }, slo).goodput;
    assert.ok(of({ serve: 2 }) > 1.5 * of({ serve: 1 }));
    assert.ok(of({ prefill: 2, decode: 2 }) > 1.5 * of({ prefill: 1, decode: 1 }));
  });

  it('counts under a load that lasts: what a run reads that is three times as long, in its middle', () => {
    const [short, counts] = [chatTrace(1000, 1), { serve: 4 }];
    const times = [0, 1, 2].flatMap((lap) => [...short.arrival].map((at) => at + lap * 1000));
    const lengths = (from: Uint32Array): Uint32Array => Uint32Array.from([...from, ...from, ...from]);
    const long = {
      ...{ ...short, arrival: Float64Array.from(times) },
      ...{ promptTokens: lengths(short.promptTokens), outputTokens: lengths(short.outputTokens) },
    };
    const rate = 150;
    const met = metSlo(simulate(atRate(long, rate), { profile, counts }), slo).subarray(1000, 2000);
    const attainment = steadyAttainment(short, rate, { profile, counts }, slo);
    assert.ok(Math.abs(attainment - met.reduce((sum, one) => sum + one, 0) / 1000) < 0.02);
  });

  it('cuts a hopeless run with an upper bound that misses the target, and no other', () => {
    const at = (rate: number, cutMargin: number): number =>
      steadyAttainment(unit, rate, { profile, counts: { serve: 1 } }, slo, cutMargin);
    assert.equal(at(10, 0), at(10, 1));
    assert.ok(at(300, 0) >= at(300, 1) && at(300, 0) < 0.9);
  });

  it('of every split is the same on worker threads as here', async () => {
    const short = chatTrace(600, 1);
    const told: number[] = [];
    const onDone = (done: number): number => told.push(done);
    const there = await goodputOfAll(short, allSplits(3), { profile }, slo, { threads: 2, onDone });
    const here = await goodputOfAll(short, allSplits(3), { profile }, slo, { threads: 1 });
    assert.deepEqual(there, here);
    assert.deepEqual(told, [1, 2, 3]);
    const searchers = openSearchers(2);
    try {
      for (let time = 0; time < 2; time++)
        assert.deepEqual(await goodputOfAll(short, allSplits(3), { profile }, slo, { searchers }), here);
    } finally {
      await searchers.close();
    }
  });

  it('knows every split', () => {
    assert.deepEqual(allSplits(3), [{ serve: 3 }, { prefill: 1, decode: 2 }, { prefill: 2, decode: 1 }]);
    assert.deepEqual(allSplits(1), [{ serve: 1 }]);
    assert.throws(() => allSplits(0), RangeError);
    assert.throws(() => atRate(unit, 0), RangeError);
  });
});

describe('sloAttainment', () => {
  const outcome = Uint8Array.of(1, 1, 1, 2, 0, 4);
  const nan = NaN;
  const results = {
    outcome,
    ttft: Float64Array.of(0.5, 2, 0.5, nan, nan, nan),
    tpot: Float64Array.of(0.01, 0.01, nan, nan, nan, nan),
    e2e: Float64Array.of(1, 3, 0.5, nan, nan, nan),
  };

  it('counts all attempted requests: refused and open ones miss, those that failed in the trace do not count', () => {
    assert.equal(sloAttainment(results, { ttft: 1, attainment: 0.9 }), 2 / 5);
    assert.equal(sloAttainment(results, { e2e: 5, attainment: 0.9 }), 3 / 5);
  });

  it('lets a response of one token meet any TPOT', () => {
    assert.deepEqual([...metSlo(results, { tpot: 0.001, attainment: 0.9 })], [0, 0, 1, 0, 0, 0]);
  });
});

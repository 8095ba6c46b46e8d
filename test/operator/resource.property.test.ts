import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDuration, InputError } from '../../src/base/index.js';
import { readGoodputScaler } from '../../src/operator/index.js';
import { fullScaler, withField } from '../helpers/goodput-scalers.js';

const paths = [
  'spec.model',
  'spec.pools',
  'spec.pools.0',
  'spec.ratio',
  'spec.slo',
  'spec.load',
  'spec.plan',
  'spec.fallback.replicas',
];

describe('reading a GoodputScaler', () => {
  it('ends in a GoodputScaler or in an InputError of one line, whatever stands in a field', () =>
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        try {
          readGoodputScaler(withField(fullScaler(), path, value));
        } catch (error) {
          assert.ok(error instanceof InputError, String(error));
          assert.match(error.message, /^GoodputScaler chat\/llama: spec[^\n]*$/);
        }
      }),
    ));

  it('gives durations back in seconds, in every unit', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 7 }), (seconds) => {
        const { spec } = readGoodputScaler(withField(fullScaler(), 'spec.forecast.history', formatDuration(seconds)));
        assert.equal(spec.forecast.history, seconds);
      }),
    ));

  it('takes a pool exactly when its least replicas are not above its most', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (least, most) => {
        const pool = { role: 'serve', scaleTargetRef: { name: 'a' }, minReplicas: least, maxReplicas: most };
        const { model, slo, load } = fullScaler().spec;
        const read = (): unknown => readGoodputScaler({ ...fullScaler(), spec: { model, slo, load, pools: [pool] } });
        if (least <= most) read();
        else assert.throws(read, InputError);
      }),
    ));
});

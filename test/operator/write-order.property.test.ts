import assert from 'node:assert/strict';
import fc from 'fast-check';
import { orderedWrites } from '../../src/operator/decide.js';
import type { PoolSeen } from '../../src/operator/pools.js';
import { brokenRule, gpusOf } from '../../src/plan/index.js';
import type { InstanceCounts, Role } from '../../src/spec/index.js';
import { splitLimits } from '../helpers/planning.js';

const limits = splitLimits(8);

function poolOf(role: Role, replicas: number): PoolSeen {
  return {
    role,
    replicas,
    target: role,
    scalePath: `/${role}`,
    resourceVersion: '1',
    selector: '',
    pods: [],
    trouble: null,
  };
}

function order(prefill: number, decode: number, desired: InstanceCounts): string[] {
  const writes = orderedWrites([poolOf('prefill', prefill), poolOf('decode', decode)], desired, limits);
  return writes.map(({ pool, replicas }) => `${pool.role} ${replicas}`);
}

describe('the order of two scales', () => {
  for (const [name, prefill, decode, desired, expected] of [
    ['up before down', 2, 4, { prefill: 1, decode: 5 }, ['decode 5', 'prefill 1']],
    ['down before up at full budget', 4, 4, { prefill: 5, decode: 3 }, ['decode 3', 'prefill 5']],
    ['down first where the fleet is over its budget', 5, 5, { prefill: 6, decode: 2 }, ['decode 2', 'prefill 6']],
    ['nothing where nothing changes', 2, 4, { prefill: 2, decode: 4 }, []],
    ['one alone', 2, 4, { prefill: 2, decode: 3 }, ['decode 3']],
  ] as const)
    it(`is ${name}`, () => assert.deepEqual(order(prefill, decode, desired), expected));

  it('never takes an allowed fleet beyond its budget on the way to another', () => {
    const fleets = fc
      .record({ prefill: fc.integer({ min: 1, max: 8 }), decode: fc.integer({ min: 1, max: 8 }) })
      .filter((counts) => brokenRule(counts, limits) === null);
    fc.assert(
      fc.property(fleets, fleets, (from, to) => {
        const writes = orderedWrites([poolOf('prefill', from.prefill), poolOf('decode', from.decode)], to, limits);
        let counts: InstanceCounts = from;
        for (const { pool, replicas } of writes) {
          counts = { ...counts, [pool.role]: replicas };
          assert.ok(gpusOf(counts, limits) <= limits.maxGpus);
        }
        assert.deepEqual({ ...counts }, { ...to });
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import {
  allowedConfigurations,
  allowsAny,
  brokenRule,
  configurationKey,
  formatCounts,
  gpusOf,
} from '../../src/plan/index.js';
import { serveLimits, splitLimits } from '../helpers/planning.js';

describe('fleet limits', () => {
  it('allow 28 configurations of two roles on 8 GPUs, the smallest first', () => {
    const all = allowedConfigurations(splitLimits(8));
    assert.equal(all.length, 28);
    assert.deepEqual(all[0], { prefill: 1, decode: 1 });
    assert.equal(new Set(all.map(configurationKey)).size, 28);
  });

  it('say which rule some counts break', () => {
    const limits = { ...splitLimits(8), ratio: { min: 0.5, max: 2 } };
    assert.equal(brokenRule({ prefill: 0, decode: 1 }, limits), 'min-replicas');
    assert.equal(brokenRule({ prefill: 9, decode: 1 }, limits), 'max-replicas');
    assert.equal(brokenRule({ prefill: 5, decode: 4 }, limits), 'budget');
    assert.equal(brokenRule({ prefill: 1, decode: 3 }, limits), 'ratio');
    assert.equal(brokenRule({ prefill: 2, decode: 4 }, limits), null);
  });

  it('count the GPUs of every role', () => {
    const role = { minReplicas: 1, maxReplicas: 4, gpusPerReplica: 2 };
    assert.equal(
      gpusOf(
        { prefill: 1, decode: 3 },
        { roles: { prefill: role, decode: { ...role, gpusPerReplica: 4 } }, maxGpus: 16 },
      ),
      14,
    );
  });

  it('refuse limits that allow nothing', () => {
    assert.throws(() => allowedConfigurations(serveLimits(3, 2)), InputError);
    const role = { minReplicas: 1, maxReplicas: 4, gpusPerReplica: 1 };
    const roles = { prefill: role, decode: { ...role, minReplicas: 3 } };
    assert.equal(allowsAny({ roles, maxGpus: 8, ratio: { min: 2, max: 3 } }), false);
    assert.equal(allowsAny({ roles, maxGpus: 8, ratio: { min: 1.3, max: 3 } }), true);
    assert.equal(allowsAny({ roles, maxGpus: 6, ratio: { min: 1.3, max: 3 } }), false);
  });

  it('refuse more configurations than are wanted, without looking at them all', () => {
    assert.equal(allowedConfigurations(splitLimits(8), 28).length, 28);
    assert.throws(() => allowedConfigurations(splitLimits(8), 27), /allow more than 27 configurations/);
    assert.throws(() => allowedConfigurations(splitLimits(100_000), 1000), InputError);
  });

  it('write counts as people do', () => {
    assert.equal(formatCounts({ prefill: 2, decode: 4 }), '2:4');
    assert.equal(formatCounts({ serve: 3 }), '3');
  });
});

import assert from 'node:assert/strict';
import { openReflector, type ReflectorOptions } from '../../src/operator/kube/reflector.js';
import { fakeKube, refusal, type FakeKube } from '../helpers/fake-kube.js';
import { manualClock } from '../helpers/manual-clock.js';
import { pass, scalerObject, scalerPath } from '../helpers/operator.js';

const PATH = '/apis/foresail.dev/v1alpha1/goodputscalers';

/** A reflector that notes what it is told. */
function follow(kube: FakeKube, change: Partial<ReflectorOptions> = {}) {
  const clock = manualClock();
  const told: string[] = [];
  const reflector = openReflector({
    ...{ api: kube, path: PATH, clock, random: () => 0.5 },
    onChange: ({ metadata }, previous) => told.push(`${previous ? '~' : '+'}${metadata.name}`),
    onDelete: ({ metadata }) => told.push(`-${metadata.name}`),
    ...change,
  });
  const asked = (what: 'GET' | 'WATCH'): number => kube.requests.filter((one) => one.startsWith(what)).length;
  return { clock, told, reflector, asked };
}

describe('a reflector', () => {
  it('tells what is there, then what comes, changes and goes', async () => {
    const kube = fakeKube();
    kube.put(scalerPath('a'), scalerObject('a'));
    const { clock, told, reflector } = follow(kube);
    assert.equal(reflector.isSynced(), false);
    await pass(clock, 1);
    assert.equal(reflector.isSynced(), true);
    kube.put(scalerPath('b'), scalerObject('b'));
    kube.put(scalerPath('a'), scalerObject('a', { mode: 'Shadow' }));
    kube.remove(scalerPath('b'));
    assert.deepEqual(told, ['+a', '+b', '~a', '-b']);
    assert.deepEqual([...reflector.objects.keys()], ['ai/a']);
    await reflector.stop();
  });

  it('goes on where a watch ended, from the last bookmark, without listing anew', async () => {
    const kube = fakeKube();
    const { clock, reflector, asked } = follow(kube);
    await pass(clock, 1);
    kube.put('/api/v1/namespaces/ai/pods/other', { metadata: { name: 'other' } }); // moves the version on
    kube.bookmark();
    kube.cutWatches(null);
    await pass(clock, 2);
    assert.equal(asked('GET'), 1);
    assert.deepEqual(
      kube.requests.filter((one) => one.startsWith('WATCH')),
      [`WATCH ${PATH} from 100`, `WATCH ${PATH} from 101`],
    );
    await reflector.stop();
  });

  it('lists anew when the server no longer knows the place, and tells what went meanwhile', async () => {
    const kube = fakeKube();
    kube.put(scalerPath('a'), scalerObject('a'));
    kube.put(scalerPath('b'), scalerObject('b'));
    const { clock, told, reflector, asked } = follow(kube);
    await pass(clock, 1);
    kube.cutWatches(refusal(410));
    kube.remove(scalerPath('a'));
    kube.put(scalerPath('c'), scalerObject('c'));
    await pass(clock, 3);
    assert.equal(asked('GET'), 2);
    assert.deepEqual(told, ['+a', '+b', '-a', '+c']);
    await reflector.stop();
  });

  it('ends a watch that has fallen silent, and opens another', async () => {
    const kube = fakeKube();
    const { clock, reflector, asked } = follow(kube, { silenceSeconds: 20 });
    await pass(clock, 19);
    assert.equal(asked('WATCH'), 1);
    kube.bookmark(); // not silent
    await pass(clock, 15);
    assert.equal(asked('WATCH'), 1);
    await pass(clock, 10);
    assert.equal(asked('WATCH'), 2);
    await reflector.stop();
  });

  it('waits longer and longer for a server that fails, and comes back by itself', async () => {
    const kube = fakeKube();
    kube.fail('GET', /goodputscalers$/, 500, 5);
    const troubles: string[] = [];
    const { clock, reflector, asked } = follow(kube, { onTrouble: (error) => troubles.push(error.message) });
    kube.put(scalerPath('a'), scalerObject('a'));
    await pass(clock, 3);
    assert.ok(asked('GET') <= 4, `${asked('GET')} requests within 3 s`);
    await pass(clock, 30);
    assert.equal(troubles.length, 5);
    assert.deepEqual([...reflector.objects.keys()], ['ai/a']);
    await reflector.stop();
  });

  it('does not ask again and again when the server ends every watch at once', async () => {
    const kube = fakeKube();
    const { clock, reflector, asked } = follow(kube);
    for (let i = 0; i < 10; i++) {
      await pass(clock, 0.5, 0.5);
      kube.cutWatches(null);
    }
    assert.ok(asked('WATCH') <= 7, `${asked('WATCH')} watches in 5 s`);
    await reflector.stop();
  });
});

import assert from 'node:assert/strict';
import { fullScaler, REFUSED, shortScaler, withField, type Manifest } from '../helpers/goodput-scalers.js';
import { KubeError } from './plane/kube.js';
import { sharedPlane } from './plane/shared-plane.js';
import { scalersOf } from './world/scaler.js';

/** The manifest without what an API server gives itself. */
function written(manifest: Manifest): Manifest {
  return { ...manifest, metadata: { name: manifest.metadata.name, namespace: 'default' } };
}

// The rows that test/operator/resource.test.ts puts to our own reader: both are made from one source, and here it shows.
describe('the API server and the reader of GoodputScalers', () => {
  const plane = sharedPlane();
  const path = `${scalersOf('default')}?dryRun=All`;

  it('take the fullest and the shortest', async () => {
    for (const manifest of [fullScaler(), shortScaler()]) await plane.kube.create(path, written(manifest));
  });

  for (const [what, field, value, rule] of REFUSED)
    it(`both refuse ${what}`, () =>
      assert.rejects(
        plane.kube.create(path, written(withField(fullScaler(), field, value))),
        (error) => error instanceof KubeError && error.code === 422 && rule.test(error.message),
      ));
});

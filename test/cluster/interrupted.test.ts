import assert from 'node:assert/strict';
import { startClusterCommand, type ClusterCommand } from './world/cluster-command.js';
import { eventually } from './world/eventually.js';

describe('a cluster whose owner is killed', () => {
  let cluster: ClusterCommand;
  before(async () => {
    cluster = await startClusterCommand();
    await cluster.copy(`
      kubectl create deployment llama --image foresail --replicas 2 -- foresail emulate --port=8000
      kubectl rollout status deployment/llama --timeout=60s`);
  });
  after(() => cluster.child.stop());

  it('is gone within seconds, with its processes and its folder', async () => {
    const before = cluster.remains();
    assert.ok(before.length >= 8, `control plane, two pods, the folder and its keeper: ${before.join(' ')}`);
    cluster.child.signal('SIGKILL');
    await eventually(10, () => assert.deepEqual(cluster.remains(), []));
  });
});

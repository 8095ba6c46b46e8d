import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../src/base/index.js';
import { helmAndKubectl } from './helm-and-kubectl.js';
import { byOperator, writesIn } from './plane/audit.js';
import { runProgram } from './plane/child.js';
import { startKubelet, type Kubelet } from './plane/kubelet.js';
import { startPlane, type Plane } from './plane/plane.js';

/** The commands of the document's quickstart, block by block, as a reader copies them. */
function quickstartBlocks(): string[] {
  const text = readFileSync(packageFile('docs/operator.md'), 'utf8');
  const section = /^## Quickstart$([\s\S]*?)^## /m.exec(text)?.[1] ?? '';
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, commands]) => commands!);
}

describe('the quickstart of docs/operator.md', () => {
  const blocks = quickstartBlocks();
  const printed: string[] = [];
  let plane: Plane;
  let kubelet: Kubelet;
  before(async () => {
    plane = await startPlane();
    kubelet = await startKubelet(plane);
  });
  after(async () => {
    await kubelet.stop();
    await plane.stop();
  });

  it('has blocks of commands', () => assert.ok(blocks.length >= 4, `${blocks.length} blocks`));

  for (const [index, commands] of blocks.entries())
    it(`runs: ${commands.split('\n')[0]!}`, async () => {
      const { helm, kubectl } = helmAndKubectl();
      const folders = [path.dirname(helm), path.dirname(kubectl), process.env.PATH];
      const env = { KUBECONFIG: plane.kubeconfig, PATH: folders.join(path.delimiter) };
      printed[index] = await runProgram(['bash', '-euo', 'pipefail', '-c', commands], { env, cwd: packageFile('.') });
    });

  it('came to a decision in mode Shadow', () => {
    const text = printed.join('\n');
    assert.match(text, /^llama\s+llama\s+Shadow\s/m);
    assert.match(text, /"kind":"(hold|scale)"/);
  });

  it('wrote no replicas before it was allowed to', () => {
    const auto = writesIn(plane, 'chat').find(
      ({ verb, objectRef, user }) =>
        verb === 'patch' && objectRef?.resource === 'goodputscalers' && user.username === 'admin',
    );
    const early = writesIn(plane, 'chat').filter(
      (event) => byOperator(event) && event.objectRef?.subresource === 'scale' && event.at < (auto?.at ?? Infinity),
    );
    assert.deepEqual(early, []);
  });
});

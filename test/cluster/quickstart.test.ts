import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { packageFile } from '../../src/base/index.js';
import { byOperator, writesIn } from './plane/audit.js';
import { startClusterCommand, type ClusterCommand } from './world/cluster-command.js';
import { eventually } from './world/eventually.js';

/** The commands of the document's quickstart, block by block, as a reader copies them. */
function quickstartBlocks(): string[] {
  const text = readFileSync(packageFile('docs/operator.md'), 'utf8');
  const section = /^## Quickstart$([\s\S]*?)^## /m.exec(text)?.[1] ?? '';
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, commands]) => commands!);
}

/** The commands that README.md gives for a cluster, line by line. */
function readmeCommands(): string[] {
  const section = /^## In a Kubernetes cluster$([\s\S]*?)^## /m.exec(
    readFileSync(packageFile('README.md'), 'utf8'),
  )?.[1];
  return [...(section ?? '').matchAll(/^ {4}((?:helm|kubectl) .*)$/gm)].map(([, command]) => command!);
}

describe('the quickstart of docs/operator.md, on npm run cluster', () => {
  const blocks = quickstartBlocks();
  const printed: string[] = [];
  let cluster: ClusterCommand;
  before(async () => {
    cluster = await startClusterCommand();
  });
  after(() => cluster.child.stop());

  it('has blocks of commands', () => assert.ok(blocks.length >= 4, `${blocks.length} blocks`));

  it('has the commands of README.md', () => {
    const known = blocks.join('').split('\n');
    assert.ok(readmeCommands().length >= 3);
    for (const command of readmeCommands()) assert.ok(known.includes(command), command);
  });

  for (const [index, commands] of blocks.entries())
    it(`runs: ${commands.split('\n')[0]!}`, async () => {
      printed[index] = await cluster.copy(commands);
    });

  it('began with the nodes of the cluster', () => assert.match(printed[0] ?? '', /^n1\s+Ready\s/m));

  it('came to a decision in mode Shadow, and to a plan', () => {
    const text = printed.join('\n');
    assert.match(text, /^llama\s+llama\s+Shadow\s/m);
    assert.match(text, /"kind":"(hold|scale)"/);
    assert.match(text, /"plan":\[\{/, 'with a plan, once there was load');
    assert.match(text, /"predictedAttainment":/);
  });

  it('wrote no replicas before it was allowed to', () => {
    const auto = writesIn(cluster, 'chat').find(
      ({ verb, objectRef, user }) =>
        verb === 'patch' && objectRef?.resource === 'goodputscalers' && user.username === 'admin',
    );
    const early = writesIn(cluster, 'chat').filter(
      (event) => byOperator(event) && event.objectRef?.subresource === 'scale' && event.at < (auto?.at ?? Infinity),
    );
    assert.deepEqual(early, []);
  });

  it('leaves nothing behind once the cluster is told to end', async () => {
    assert.ok(cluster.remains().length >= 6);
    cluster.child.signal('SIGTERM');
    assert.equal(await cluster.child.ended, 0);
    await eventually(5, () => assert.deepEqual(cluster.remains(), []));
  });
});

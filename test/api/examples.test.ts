import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { packageFile } from '../../src/base/index.js';
import { endOfJob, testServices } from '../helpers/service.js';

const text = readFileSync(packageFile('docs/api.md'), 'utf8');
const examples = [...text.matchAll(/```bash\n(.*?)```/gs)].map(([, code]) => code!);

describe('the curl examples of docs/api.md', function () {
  this.timeout(60_000);
  const start = testServices();
  let url = '';
  before(async () => {
    ({ url } = await start());
  });

  it('are there', () => assert.equal(examples.length, 5));

  for (const example of examples)
    it(`run: ${example.trim().split('\n')[0]!}`, async () => {
      const run = promisify(execFile);
      const { stdout } = await run('bash', ['-c', `set -euo pipefail\n${example}`], {
        env: { ...process.env, URL: url },
      });
      const documents = stdout
        .replaceAll('}{', '}\n{')
        .split('\n')
        .filter((line) => line !== '');
      assert.ok(documents.length > 0);
      for (const line of documents) {
        const answer = JSON.parse(line) as { status?: number; id?: string; kind?: string };
        assert.equal(answer.status, undefined, line);
        if (answer.kind !== undefined) assert.equal((await endOfJob(url, String(answer.id))).state, 'done');
      }
    });
});

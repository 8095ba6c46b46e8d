import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../src/base/index.js';

/**
 * Compares a whole output with the file that a person has read, `test/golden/<name>`. After a wanted change run the test
 * once with UPDATE_GOLDEN=1 and read the difference before committing it.
 */
export function golden(name: string, actual: string): void {
  const file = path.join(packageFile('test/golden'), name);
  if (process.env.UPDATE_GOLDEN && !process.env.CI) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, actual);
  }
  assert.equal(actual, readFileSync(file, 'utf8'), `differs from test/golden/${name}`);
}

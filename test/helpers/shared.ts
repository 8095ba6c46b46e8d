import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../src/base/index.js';

const folder = path.resolve(packageFile('.'), process.env.FORESAIL_SHARED ?? '../shared');

/** A file of the shared folder of real traces and reference results (not part of the repository). */
export function sharedFile(relative: string): string {
  return path.join(folder, relative);
}

/** Like `describe`, for tests that need the shared folder: skipped aloud without it, and a failure in CI. */
export function describeWithShared(title: string, body: () => void): void {
  if (existsSync(path.join(folder, 'data'))) {
    describe(title, body);
  } else if (process.env.CI) {
    describe(title, () => {
      it('finds the shared folder', () => {
        throw new Error(`the shared folder is not at ${folder}: set FORESAIL_SHARED`);
      });
    });
  } else {
    console.warn(`skipped without the shared folder (FORESAIL_SHARED, now ${folder}): ${title}`);
    describe.skip(title, body);
  }
}

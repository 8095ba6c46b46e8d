import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { packageFile } from '../../src/base/index.js';
import { formattedText, GENERATED_FILES } from '../../scripts/generated-files.js';

describe('what is generated', () => {
  for (const generated of GENERATED_FILES)
    it(`is in ${generated.file} as the sources say (npm run generate writes it)`, async function () {
      this.timeout(60_000); // the first use of helm unpacks it
      assert.equal(readFileSync(packageFile(generated.file), 'utf8'), await formattedText(generated));
    });
});

import { writeFileSync } from 'node:fs';
import { packageFile } from '../src/base/index.js';
import { formattedText, GENERATED_FILES } from './generated-files.js';

// Writes what is generated from the sources. A test finds no difference.
for (const generated of GENERATED_FILES) {
  writeFileSync(packageFile(generated.file), await formattedText(generated));
  process.stdout.write(`${generated.file}\n`);
}

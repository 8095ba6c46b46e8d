import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { openApiDocument } from '../src/api/index.js';
import { packageFile } from '../src/base/index.js';

// Writes what is generated from the sources: docs/openapi.json. A test finds no difference.
const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
const text = await format(JSON.stringify(openApiDocument(version)), { parser: 'json', printWidth: 120 });
writeFileSync(packageFile('docs/openapi.json'), text);
process.stdout.write('docs/openapi.json\n');

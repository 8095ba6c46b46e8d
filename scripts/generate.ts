import { readFileSync, writeFileSync } from 'node:fs';
import openapiTypes, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { openApiDocument } from '../src/api/index.js';
import { packageFile } from '../src/base/index.js';

// Writes what is generated from the sources: the OpenAPI document, and the client's types from it. A test finds no difference.
const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
const document = JSON.stringify(openApiDocument(version));
await write('docs/openapi.json', document);
await write(
  'clients/typescript/src/schema.ts',
  astToString(await openapiTypes(document, { defaultNonNullable: false })),
);

async function write(file: string, text: string): Promise<void> {
  const filepath = packageFile(file);
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
  process.stdout.write(`${file}\n`);
}

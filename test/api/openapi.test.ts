import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { openApiDocument } from '../../src/api/index.js';
import { packageFile } from '../../src/base/index.js';

const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };

describe('the OpenAPI document', () => {
  it('is the one in docs (npm run generate writes it)', () => {
    const written: unknown = JSON.parse(readFileSync(packageFile('docs/openapi.json'), 'utf8'));
    assert.deepEqual(JSON.parse(JSON.stringify(openApiDocument(version))), written);
  });

  it('has no reference that leads nowhere', () => {
    const document = openApiDocument(version);
    const names = Object.keys(document.components?.schemas ?? {});
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    assert.ok(references.length > 20);
    for (const [, name] of references) assert.ok(names.includes(name!), name);
  });

  it('names every operation once', () => {
    const ids = Object.values(openApiDocument(version).paths ?? {}).flatMap((path) =>
      Object.values(path).map((operation) => (operation as { operationId: string }).operationId),
    );
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.length === 18);
  });
});

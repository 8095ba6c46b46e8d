import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { openApiDocument } from '../../src/api/index.js';
import { packageFile } from '../../src/base/index.js';

const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };

/** What Redocly's validator finds, under its strictest rules; health checks have no 4xx answer, which one of them wants. */
async function problemsOf(source: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'], rules: { 'operation-4xx-response': 'off' } });
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const document = openApiDocument(version);
    assert.match(document.openapi, /^3\.1/);
    assert.deepEqual(await problemsOf(JSON.stringify(document)), []);
  });

  for (const [what, from, to, rule] of [
    ['a type that there is not', '"type":"object"', '"type":"objekt"', 'struct'],
    ['a reference that leads nowhere', '#/components/schemas/Slo"', '#/components/schemas/Slow"', 'no-unresolved-refs'],
    ['an answer without a description', '"description":"The answer"', '"describes":"The answer"', 'struct'],
  ] as const)
    it(`would not be valid with ${what}`, async () => {
      const spoilt = JSON.stringify(openApiDocument(version)).replace(from, to);
      assert.ok((await problemsOf(spoilt)).some((problem) => problem.startsWith(rule)));
    });

  it('is the one in docs (npm run generate writes it)', () => {
    const written: unknown = JSON.parse(readFileSync(packageFile('docs/openapi.json'), 'utf8'));
    assert.deepEqual(JSON.parse(JSON.stringify(openApiDocument(version))), written);
  });

  it('names every operation once', () => {
    const ids = Object.values(openApiDocument(version).paths ?? {}).flatMap((path) =>
      Object.values(path).map((operation) => (operation as { operationId: string }).operationId),
    );
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.length === 18);
  });
});

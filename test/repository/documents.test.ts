import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../src/base/index.js';

interface Package {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as Package;
const everyDependency = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };
const pages = [
  ...['README.md', 'CHANGELOG.md'].filter((file) => existsSync(packageFile(file))),
  ...readdirSync(packageFile('docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];

describe('the repository', () => {
  it('pins every dependency to one version', () => {
    for (const [name, version] of Object.entries(everyDependency)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  });

  it('gives a reason for every dependency', () => {
    const reasons = readFileSync(packageFile('docs/dependencies.md'), 'utf8');
    for (const name of Object.keys(everyDependency))
      assert.ok(reasons.includes(`\`${name}\``), `no reason for ${name}`);
  });

  for (const page of pages) {
    const text = readFileSync(packageFile(page), 'utf8');

    it(`leads somewhere with every link of ${page}`, () => {
      for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
        if (/^[a-z]+:/.test(target!)) continue;
        assert.ok(existsSync(path.join(path.dirname(packageFile(page)), target!)), `${page} links to ${target!}`);
      }
    });

    it(`names only npm scripts that exist in ${page}`, () => {
      for (const [, script] of text.matchAll(/npm run ([a-z][\w:-]*)/g))
        assert.ok(script! in manifest.scripts, `${page} names npm run ${script!}`);
    });
  }

  for (const file of readdirSync(packageFile('src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  ))
    it(`keeps src/${file} below 300 lines`, () => {
      assert.ok(readFileSync(packageFile(path.join('src', file)), 'utf8').split('\n').length <= 300);
    });
});

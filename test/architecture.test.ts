import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../src/base/index.js';

/** The floors of docs/architecture.md: a room imports only from floors below its own. */
const FLOORS = [
  ['base'],
  ['spec', 'report', 'store'],
  ['trace', 'boosting', 'neural'],
  ['load', 'serving'],
  ['forecast'],
  ['plan'],
  ['control'],
  ['contest', 'vllm'],
  ['operator', 'api', 'paper'],
  ['cli'],
];

/** The rooms in which a library may be imported. */
const DOORS: Record<string, string[]> = {
  zod: ['spec', 'operator', 'api'],
  luxon: ['base'],
  yaml: ['operator'],
  '@observablehq/plot': ['report'],
  linkedom: ['report'],
  libsql: ['store'],
  hyparquet: ['trace'],
  'hyparquet-compressors': ['trace'],
  'hyparquet-writer': ['trace'],
  piscina: ['base'],
  'danfojs-node': ['load'],
  '@kubernetes/client-node': ['operator'],
  express: ['api', 'vllm'],
  'zod-openapi': ['api'],
  helmet: ['api'],
  compression: ['api'],
  'express-rate-limit': ['api'],
  'swagger-ui-dist': ['api'],
  pino: ['operator', 'api', 'cli'],
  'pino-http': ['operator', 'api', 'cli'],
  'prom-client': ['vllm', 'operator', 'api'],
  preact: ['api'],
  uplot: ['api'],
  commander: ['cli'],
  'cli-progress': ['cli'],
  '@tensorflow/tfjs': ['neural'],
  '@tensorflow/tfjs-backend-wasm': ['neural'],
  '@tensorflow/tfjs-node-gpu': ['neural'],
};

const floorOf = new Map(FLOORS.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)));
const src = packageFile('src');

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(src, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1]!);
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));

describe('the house', () => {
  it('has only rooms that the design names', () => {
    for (const file of files) assert.ok(floorOf.has(file.split(path.sep)[0]!), `${file} is in no known room`);
  });

  for (const file of files) {
    const room = file.split(path.sep)[0]!;
    const relative = importsOf(file).filter((name) => name.startsWith('.'));
    it(`${file} imports only downward, and other rooms only by their index`, () => {
      for (const name of relative) {
        const target = path.join(path.dirname(file), name);
        const other = target.split(path.sep)[0]!;
        if (other === room || other === '..') continue;
        assert.ok(floorOf.get(other)! < floorOf.get(room)!, `${file} imports ${name}, which is not below it`);
        assert.equal(target, path.join(other, 'index.js'), `${file} imports ${name} past the index of ${other}`);
      }
    });

    it(`${file} uses each library only in its room`, () => {
      for (const name of importsOf(file)) {
        const library = Object.keys(DOORS).find((known) => name === known || name.startsWith(`${known}/`));
        if (library) assert.ok(DOORS[library]!.includes(room), `${library} has no door in ${room}`);
      }
    });
  }
});

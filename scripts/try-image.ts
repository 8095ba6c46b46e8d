import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageFile } from '../src/base/index.js';
import { buildStage, type BuiltStage } from './image/build-stage.js';
import { neededStages, readDockerfile } from './image/read-dockerfile.js';
import { hasPackage, outputOf, tryServer } from './image/start-image.js';

// Runs the steps of the Dockerfile in an empty folder, with the machine's Node instead of the base image, and starts the result.
const folder = mkdtempSync(path.join(tmpdir(), 'foresail-image-'));
const env = { PATH: process.env.PATH, HOME: process.env.HOME, npm_config_cache: process.env.npm_config_cache };
const log = (line: string): void => void process.stdout.write(`${line}\n`);
try {
  const stages = readDockerfile(readFileSync(packageFile('Dockerfile'), 'utf8'));
  let image: BuiltStage | undefined;
  for (const stage of neededStages(stages, 'runtime'))
    image = buildStage(stage, { context: trackedFiles(), folder, env, log });
  await tryImage(image!);
} finally {
  rmSync(folder, { recursive: true });
}

/** The files under version control alone, as a clone has them. */
function trackedFiles(): string {
  const context = path.join(folder, 'context');
  const root = packageFile('.');
  execFileSync(
    'bash',
    ['-c', 'mkdir -p "$1" && git ls-files -z | tar -c --null -T - | tar -x -C "$1"', 'bash', context],
    { cwd: root },
  );
  return context;
}

async function tryImage(image: BuiltStage): Promise<void> {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
  assert.match(outputOf(image, env), /foresail/, 'without arguments it says what it can do');
  assert.equal(outputOf(image, env, '--version').trim(), version);
  assert.match(outputOf(image, env, 'operator', '--help'), /GoodputScaler/);
  assert.deepEqual(await tryServer(image, env), { health: 200, exitCode: 0 });
  assert.equal(hasPackage(image, '@kubernetes/client-node'), true);
  for (const name of ['typescript', 'mocha', '@tensorflow/tfjs-node-gpu'])
    assert.equal(hasPackage(image, name), false, name);
  log(`started on Node ${process.versions.node}: --version, operator --help, a healthy server that stops on SIGTERM`);
}

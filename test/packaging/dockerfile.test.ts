import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageFile } from '../../src/base/index.js';
import { buildStage, type BuiltStage } from '../../scripts/image/build-stage.js';
import { outputOf } from '../../scripts/image/start-image.js';
import { neededStages, readDockerfile } from '../../scripts/image/read-dockerfile.js';

const SMALL = `# a comment
FROM --platform=$BUILDPLATFORM node:24-slim AS build
WORKDIR /app
COPY greeting.txt ./
RUN tr a-z A-Z < greeting.txt \\
      > loud.txt

FROM node:24-slim AS unused
RUN false

FROM node:24-slim AS runtime
WORKDIR /app
COPY --from=build /app/loud.txt /app/words/
ENV VOICE=loud
ENTRYPOINT ["bash", "-c", "echo $VOICE $(cat words/loud.txt) $0"]
CMD ["friend"]
`;

describe('the Dockerfile', () => {
  const stages = readDockerfile(readFileSync(packageFile('Dockerfile'), 'utf8'));

  it('makes the runtime, last and so by default, without what the GPU variant needs', () => {
    assert.equal(stages.at(-1)!.name, 'runtime');
    assert.deepEqual(
      neededStages(stages, 'runtime').map(({ name }) => name),
      ['dependencies', 'build', 'runtime'],
    );
  });

  it('is based on the Node versions that are named, slim, and never runs as root', () => {
    const from = (name: string): string | undefined => stages.find((stage) => stage.name === name)?.from;
    assert.deepEqual(['runtime', 'gpu-dependencies'].map(from), ['node:24-slim', 'node:22-slim']);
    for (const name of ['runtime', 'gpu']) {
      const users = stages.find((stage) => stage.name === name)!.instructions.filter((one) => one.name === 'USER');
      assert.deepEqual(users, [{ name: 'USER', text: '65532:65532' }]);
    }
  });

  it('copies nothing that .dockerignore keeps out', () => {
    const sent = readFileSync(packageFile('.dockerignore'), 'utf8').match(/(?<=^!).+/gm)!;
    for (const { text } of stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'COPY')))
      if (!text.startsWith('--from'))
        for (const source of text.split(' ').slice(0, -1)) assert.ok(sent.includes(source), source);
  });
});

describe('the steps of a Dockerfile', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-dockerfile-'));
  after(() => rmSync(folder, { recursive: true }));
  const build = { context: folder, folder, env: { PATH: process.env.PATH }, log: () => {} };

  it('run in the order of their stages, without those that are not needed', () => {
    writeFileSync(path.join(folder, 'greeting.txt'), 'hello');
    let image: BuiltStage | undefined;
    for (const stage of neededStages(readDockerfile(SMALL), 'runtime')) image = buildStage(stage, build);
    assert.equal(outputOf(image!, build.env), 'loud HELLO friend\n');
    assert.equal(outputOf(image!, build.env, 'you'), 'loud HELLO you\n');
  });

  it('stop at a command that fails, a file that is not there, and an instruction that is not known', () => {
    const broken = (line: string): void =>
      void readDockerfile(`FROM node:24-slim AS broken\n${line}`).map((stage) => buildStage(stage, build));
    assert.throws(() => broken('RUN false'), /"false" ended with 1/);
    assert.throws(() => broken('COPY nowhere ./'), /there is no .*nowhere/);
    assert.throws(() => broken('VOLUME /data'), /VOLUME is not known here/);
  });

  it('have a stage to belong to', () => {
    assert.throws(() => readDockerfile('RUN true'), RangeError);
    assert.throws(() => readDockerfile('FROM node:24-slim'), RangeError);
    assert.throws(() => neededStages([], 'runtime'), RangeError);
  });
});

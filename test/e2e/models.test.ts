import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../src/base/index.js';
import { tempFiles } from '../helpers/temp-file.js';
import { runCli, type CliRun } from './run-cli.js';

interface Forecast {
  schema: string;
  model: { name: string; isModelled: boolean };
  target: string;
  binSeconds: number;
  originSeconds: number;
  steps: Record<'atSeconds' | 'mean' | 'p50' | 'p90' | 'p99', number>[];
}

const series = (bins: number, value: (bin: number) => string): string =>
  `time_s,requests\n${Array.from({ length: bins }, (_, bin) => `${bin * 600},${value(bin)}\n`).join('')}`;
const daily = (bin: number): string => String(20 + (bin % 144 < 72 ? 10 : 0) + ((bin * 7) % 5));

describe('foresail train and forecast', () => {
  const write = tempFiles();
  const days = write('days.csv', series(432, daily));
  const longer = write('longer.csv', series(438, daily));
  const data = path.join(path.dirname(days), 'data');
  /** With a data folder of its own, as `FORESAIL_DATA` gives it. */
  const run = (...args: string[]): CliRun => {
    const program = packageFile('bin/foresail.mjs');
    const env = { ...process.env, FORESAIL_DATA: data };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env });
    return { exitCode: status, stdout, stderr };
  };

  it('forecasts from the model that ships before anything was trained, and says what it is', () => {
    const { stdout, exitCode } = run('forecast', days, '--json');
    assert.equal(exitCode, 0);
    const document = JSON.parse(stdout) as Forecast;
    assert.equal(document.schema, 'foresail.forecast/1');
    assert.deepEqual([document.model.name, document.model.isModelled], ['pretrained', true]);
    assert.equal(document.originSeconds, 432 * 600);
    for (const { p50, p90, p99 } of document.steps) assert.ok(p50 <= p90 && p90 <= p99);
    assert.match(run('forecast').stdout, /modelled load that nobody sent/);
  });

  it('trains into the data folder, and forecasts from there what follows a longer file', () => {
    const trained = run('train', days, '--forecaster', 'yesterday', '--horizon', '3', '--json');
    assert.equal(trained.exitCode, 0, trained.stderr);
    const { folder, state } = JSON.parse(trained.stdout) as { folder: string; state: { file: string } };
    assert.equal(folder, path.join(data, 'models', 'default'));
    assert.ok(existsSync(path.join(folder, state.file)));
    const { model, steps, originSeconds } = JSON.parse(run('forecast', longer, '--json').stdout) as Forecast;
    assert.deepEqual([model.name, model.isModelled], ['default', false]);
    assert.equal(originSeconds, 438 * 600);
    assert.deepEqual(
      steps.map(({ mean }) => mean),
      [438, 439, 440].map((bin) => Number(daily(bin - 144))),
    );
    assert.match(run('forecast', longer).stdout, /6 bins appended, 432 already known/);
  });

  it('refuses a kept model that was changed, with one line and exit code 2', () => {
    const folder = path.join(path.dirname(days), 'changed');
    assert.equal(run('train', days, '--forecaster', 'ewma', '--out', folder).exitCode, 0);
    const { state } = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as {
      state: { file: string };
    };
    writeFileSync(path.join(folder, state.file), 'x');
    const { exitCode, stderr, stdout } = run('forecast', days, '--from', folder);
    assert.equal(exitCode, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^error: [^\n]*sha256[^\n]*\n$/);
  });

  for (const [what, content, message] of [
    ['an empty file', '', /empty/],
    ['one bin', series(1, () => '5'), /two rows/],
    ['nothing but missing bins', series(30, () => ''), /nothing known|no observed bin/],
  ] as const)
    for (const command of ['train', 'forecast', 'evaluate'])
      it(`${command} refuses ${what} with one line that names it`, () => {
        const file = write(`${command}-${what.replaceAll(' ', '-')}.csv`, content);
        const { exitCode, stderr, stdout } = runCli(command, file);
        assert.equal(exitCode, 2, stderr);
        assert.equal(stdout, '');
        assert.match(stderr, /^error: [^\n]*\n$/);
        assert.ok(message.test(stderr) && stderr.includes(file), stderr);
      });

  for (const [what, content] of [
    ['all zeros', series(60, () => '0')],
    ['a constant', series(60, () => '8')],
    ['huge values', series(60, (bin) => `${(1 + (bin % 3)) * 1e300}`)],
  ] as const)
    it(`forecasts ${what} in finite numbers`, () => {
      const file = write(`forecast-${what.replaceAll(' ', '-')}.csv`, content);
      const { exitCode, stdout, stderr } = run('forecast', file, '--from', 'pretrained', '--json');
      assert.equal(exitCode, 0, stderr);
      const { steps } = JSON.parse(stdout) as Forecast;
      for (const step of steps)
        for (const value of Object.values(step)) assert.ok(Number.isFinite(value) && value >= 0);
    });

  for (const [flag, value] of [
    ['--horizon', '0'],
    ['--forecaster', 'oracle'],
    ['--name', '../x'],
  ] as const)
    it(`train refuses ${flag} ${value}`, () => {
      const { exitCode, stderr } = run('train', days, flag, value);
      assert.equal(exitCode, 2);
      assert.ok(stderr.includes(flag) && stderr.includes(value));
    });

  it('forecast refuses a model that is not there, and more steps than it can', () => {
    assert.match(run('forecast', '--from', 'nobody').stderr, /nobody: holds no model/);
    assert.match(run('forecast', '--from', 'pretrained', '--steps', '99').stderr, /--steps/);
  });
});

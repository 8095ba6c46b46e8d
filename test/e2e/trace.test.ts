import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageFile } from '../../src/base/index.js';
import { breakAfter, fileServer, honest, type FileServer } from '../helpers/file-server.js';
import { describeWithShared, sharedFile } from '../helpers/shared.js';
import { runCli, type CliRun } from './run-cli.js';

interface Stats {
  readonly schema: string;
  readonly requests: number;
  readonly failed: number;
  readonly spanSeconds: number;
  readonly services: Record<
    string,
    { requests: number; failed: number; models: Record<string, { requests: number; failed: number }> }
  >;
}

/** Runs the command line while this process goes on serving. */
function runBeside(...args: string[]): Promise<CliRun> {
  const child = spawn(process.execPath, [packageFile('bin/foresail.mjs'), ...args]);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr })));
}

describeWithShared('foresail trace, as a user runs it', () => {
  const week = sharedFile('data/burstgpt-1/BurstGPT_1_week1.csv');
  let folder: string;
  const at = (name: string): string => path.join(folder, name);
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'foresail-trace-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('tells what is known of the real week', () => {
    const report = at('week.html');
    const run = runCli('trace', 'stats', week, '--json', '--report', report);
    assert.equal(run.exitCode, 0, run.stderr);
    const { schema, requests, failed, spanSeconds, services } = JSON.parse(run.stdout) as Stats;
    assert.deepEqual([schema, requests, failed, spanSeconds], ['foresail.trace-stats/1', 19431, 1538, 604800]);
    const tallies = Object.entries(services).map(([name, { models }]) => [
      name,
      ...Object.values(models).map((model) => [model.requests, model.failed]),
    ]);
    assert.deepEqual(tallies, [
      ['conversation', [12566, 886], [6554, 650]],
      ['api', [279, 2], [32, 0]],
    ]);
    assert.ok(readFileSync(report, 'utf8').startsWith('<!doctype html>'));
    const table = runCli('trace', 'stats', week).stdout;
    for (const number of ['19,431', '12,566', '6,554', '279', '32', '886', '650'])
      assert.ok(table.includes(number), number);
  });

  it('fits a model, generates from it, and converts what it made without changing it', () => {
    assert.equal(runCli('trace', 'fit', week, '--out', at('model.json')).exitCode, 0);
    const again = ['trace', 'generate', '--model', at('model.json'), '--seed', '4', '--rate', '0.05'];
    for (const name of ['a.csv', 'b.csv']) assert.equal(runCli(...again, '--out', at(name)).exitCode, 0);
    assert.equal(readFileSync(at('a.csv'), 'utf8'), readFileSync(at('b.csv'), 'utf8'));
    const statsOf = (file: string): Stats => JSON.parse(runCli('trace', 'stats', file, '--json').stdout) as Stats;
    const made = statsOf(at('a.csv'));
    assert.ok(Math.abs(made.requests / (0.05 * 604800) - 1) < 0.15, `${made.requests}`);
    for (const name of ['c.parquet', 'd.jsonl.gz', 'e.csv']) {
      const run = runCli('trace', 'convert', at('a.csv'), '--out', at(name));
      assert.equal(run.exitCode, 0, run.stderr);
      assert.deepEqual(statsOf(at(name)).services, made.services);
    }
    const evaluated = runCli('evaluate', at('c.parquet'), '--models', 'last', '--json');
    assert.equal(evaluated.exitCode, 0, evaluated.stderr);
  });

  it('takes the names that a file gives its columns, in every command that reads a trace', () => {
    writeFileSync(
      at('own.csv'),
      `ts,in,out\n${Array.from({ length: 2000 }, (_, i) => `${i * 10},50,20`).join('\n')}\n`,
    );
    const columns = ['--columns', 'time=ts,prompt=in,output=out'];
    for (const command of [['trace', 'stats'], ['simulate'], ['evaluate', '--models', 'last', '--bin', '1m']]) {
      const [name, ...more] = command;
      const args = name === 'trace' ? [...command, at('own.csv')] : [name!, at('own.csv'), ...more];
      assert.equal(runCli(...args, ...columns, '--json').exitCode, 0, command.join(' '));
      const refused = runCli(...args, '--columns', 'time=when', '--json');
      assert.deepEqual([refused.exitCode, refused.stderr.trimEnd().split('\n').length], [2, 1]);
    }
  });

  it('refuses what it cannot do with exit code 2 and one line', () => {
    for (const args of [
      ['trace', 'stats', at('nowhere.csv')],
      ['trace', 'fetch', 'burstgpt-9'],
      ['trace', 'generate', '--out', at('x.txt')],
      ['trace', 'generate', '--out', at('x.csv'), '--alpha', 'linear:1'],
      ['trace', 'generate', '--out', at('x.csv'), '--days', '0'],
      ['trace', 'generate', '--out', at('x.csv'), '--model', at('nowhere.json')],
      ['trace', 'convert', week, '--out', at('x.csv'), '--layout', 'odd'],
      ['trace', 'sail'],
    ]) {
      const { exitCode, stderr } = runCli(...args);
      assert.deepEqual([exitCode, stderr.trimEnd().split('\n').length], [2, 1], `${args.join(' ')}: ${stderr}`);
    }
  });

  describe('fetching from a mirror', () => {
    const content = readFileSync(sharedFile('data/azure-2023/AzureLLMInferenceTrace_code.csv'));
    let server: FileServer;
    before(async () => {
      server = await fileServer(content);
    });
    after(() => server.close());

    it('keeps the part of a broken download, goes on from it, and then knows the trace by its name', async () => {
      process.env.FORESAIL_DATA = at('cache');
      try {
        const fetchIt = (): Promise<CliRun> =>
          runBeside('trace', 'fetch', 'azure-2023-code', '--base-url', server.url, '--retries', '0');
        server.behave(breakAfter(100_000));
        const broken = await fetchIt();
        assert.equal(broken.exitCode, 1);
        assert.match(broken.stderr, /^error: .*broke after \d+ bytes.*\.part/m);
        assert.deepEqual(
          readdirSync(at('cache')).filter((name) => !name.endsWith('.tag')),
          ['AzureLLMInferenceTrace_code.csv.part'],
        );
        server.behave(honest);
        const whole = await fetchIt();
        assert.equal(whole.exitCode, 0, whole.stderr);
        assert.match(whole.stderr, /MB\/s/);
        assert.deepEqual(readdirSync(at('cache')), ['AzureLLMInferenceTrace_code.csv']);
        assert.match((await runBeside('trace', 'stats', 'azure-2023-code')).stdout, /^8,819 requests/);
      } finally {
        delete process.env.FORESAIL_DATA;
      }
    });

    it('keeps nothing of a corrupted download and says why', async () => {
      server.behave((_, __, response) => response.end(Buffer.from(content).fill(48, 5000, 5001)));
      const run = await runBeside('trace', 'fetch', 'azure-2023-code', '--base-url', server.url, '--to', at('to'));
      assert.equal(run.exitCode, 1);
      assert.match(run.stderr, /wrong checksum/);
      assert.deepEqual(existsSync(at('to')) ? readdirSync(at('to')) : [], []);
    });
  });
});

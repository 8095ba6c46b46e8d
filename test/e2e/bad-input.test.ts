import assert from 'node:assert/strict';
import { runCli } from './run-cli.js';
import { BAD_FILES, writeTraceFiles } from './sample-files.js';

const DEPLOYMENT = ['--profile', 'h100-llama-3.1-8b-bf16', '--serve', '1', '--slo', 'ttft=2s,tpot=50ms'];

/** Commands that read a trace, with what else they need. */
const READERS: [command: string, rest: string[]][] = [
  ['evaluate', ['--target', 'requests', '--bin', '10m', '--json']],
  ['simulate', [...DEPLOYMENT, '--json']],
];

/** Commands that read a trace but work too long to try every file on. */
const SLOW_READERS: [command: string, args: (file: string) => string[]][] = [
  ['goodput', (file) => [file, '--serve', '1', '--json']],
  ['plan', (file) => [file, '--rate', '2', '--json']],
  ['demo', (file) => ['--trace', file, '--json']],
];

describe('bad input', () => {
  let files: ReturnType<typeof writeTraceFiles>;
  before(() => {
    files = writeTraceFiles();
  });
  after(() => files.remove());

  const refuses = (run: ReturnType<typeof runCli>, names: RegExp): void => {
    assert.equal(run.exitCode, 2, run.stderr);
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /^error: [^\n]+\n$/, 'one line, and no more');
    assert.match(run.stderr, names);
    assert.doesNotMatch(run.stderr, /\bat .*:\d+:\d+|\p{Cc}(?!$)/u, 'no stack and no control characters');
  };

  for (const [command, rest] of READERS) {
    for (const { what, name, names } of BAD_FILES)
      it(`${command} refuses ${what} with one line and exit code 2`, () => {
        const run = runCli(command, files.path(name), ...rest);
        refuses(run, names);
        assert.ok(run.stderr.includes(name), `names the file: ${run.stderr}`);
      });

    it(`${command} refuses a file that is not there`, () => {
      refuses(runCli(command, files.path('nowhere.csv'), ...rest), /nowhere\.csv/);
    });

    it(`${command} refuses to go without a file`, () => refuses(runCli(command, ...rest), /argument/));

    it(`${command} counts a bad row instead when it is told to`, () => {
      const run = runCli(command, files.path('broken.csv'), ...rest, '--skip-bad-rows');
      assert.equal(run.exitCode, 0, run.stderr);
      assert.match(`${run.stdout}${run.stderr}`, /"badRows": 1\b/);
    });
  }

  for (const [command, args] of SLOW_READERS)
    for (const [what, name, names] of [
      ['a broken row', 'broken.csv', /\b102\b.*6000,ChatGPT,12/],
      ['a cut gzip', 'cut.csv.gz', /gzip|compress/i],
      ['a trace in which every request failed', 'all-failed.csv', /served/],
    ] as const)
      it(`${command} refuses ${what} with one line and exit code 2`, () => {
        refuses(runCli(command, ...args(files.path(name))), names);
      });

  for (const [what, names, args] of [
    ['an unknown model', /oracle/, ['evaluate', 'good.csv', '--models', 'oracle']],
    ['an unknown target', /happiness/, ['evaluate', 'good.csv', '--target', 'happiness']],
    ['an unknown service', /billing/, ['evaluate', 'good.csv', '--service', 'billing']],
    ['a bin that is no time', /--bin.*soon/, ['evaluate', 'good.csv', '--bin', 'soon']],
    ['an unknown time zone', /Mars/, ['evaluate', 'good.csv', '--time-zone', 'Mars/Olympus']],
    ['an unknown profile', /abacus/, ['simulate', 'good.csv', '--serve', '1', '--profile', 'abacus']],
    ['an SLO without a unit it knows', /parsec/, ['simulate', 'good.csv', '--serve', '1', '--slo', 'ttft=2parsec']],
    ['half of a split', /decode/, ['simulate', 'good.csv', '--prefill', '1']],
    ['a seed that is no number', /--seed.*abc/, ['simulate', 'good.csv', '--serve', '1', '--seed', 'abc']],
  ] as const)
    it(`refuses ${what} with one line that names it`, () => {
      const [command, file, ...rest] = args;
      refuses(runCli(command, files.path(file), ...rest), names);
    });

  it('refuses a namespace without a cluster', () =>
    refuses(runCli('doctor', '--namespace', 'chat'), /--namespace.*--kubeconfig/));
});

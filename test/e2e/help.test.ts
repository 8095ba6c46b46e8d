import assert from 'node:assert/strict';
import { COMMANDS } from '../../src/cli/commands.js';
import { cpuSecondsOf, runCli } from './run-cli.js';

describe('foresail, as a user runs it', () => {
  it('lists every command in --help, and prints its CPU time', () => {
    const run = runCli('--help');
    assert.equal(run.exitCode, 0);
    assert.equal(run.stderr, '');
    for (const { name, summary } of COMMANDS) {
      assert.match(run.stdout, new RegExp(`^  ${name}\\b`, 'm'));
      assert.ok(run.stdout.replace(/\s+/g, ' ').includes(summary), `no summary of ${name}`);
    }
    const cpu = Math.min(...[1, 2, 3].map(() => cpuSecondsOf('--help')));
    console.log(`      foresail --help: ${cpu.toFixed(2)} s CPU (goal: under 0.3)`);
    assert.ok(cpu < 0.6, 'twice the goal: a heavy package is loaded for every command');
  });

  it('tells its version', () => {
    const run = runCli('--version');
    assert.equal(run.exitCode, 0);
    assert.match(run.stdout, /^\d+\.\d+\.\d+\n$/);
  });

  for (const [what, args] of [
    ['an unknown command', ['sail']],
    ['an unknown flag', ['--sail']],
  ] as const)
    it(`refuses ${what} with exit code 2 and one line that names it`, () => {
      const run = runCli(...args);
      assert.equal(run.exitCode, 2);
      assert.equal(run.stdout, '');
      assert.match(run.stderr.trimEnd(), /^error: [^\n]*sail[^\n]*$/);
    });

  for (const { name } of COMMANDS) {
    it(`explains ${name}`, () => {
      const run = runCli(name, '--help');
      assert.equal(run.exitCode, 0);
      assert.match(run.stdout, new RegExp(`^Usage: foresail ${name}`));
      assert.match(run.stdout, /--json/);
    });

    it(`refuses a flag that ${name} does not have with exit code 2 and one line`, () => {
      const run = runCli(name, '--sail');
      assert.equal(run.exitCode, 2);
      assert.equal(run.stdout, '');
      assert.match(run.stderr.trimEnd(), /^error: [^\n]*--sail[^\n]*$/);
    });
  }
});

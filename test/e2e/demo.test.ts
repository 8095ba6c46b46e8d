import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { describeWithShared, sharedFile } from '../helpers/shared.js';
import { runCli } from './run-cli.js';

/** Runs the demo to its end and looks at what it leaves; prints how long it took. */
function checkDemo(...args: string[]): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-demo-'));
  try {
    const out = path.join(folder, 'report.html');
    const started = performance.now();
    const run = runCli('demo', ...args, '--out', out, '--json');
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal((JSON.parse(run.stdout) as { schema: string }).schema, 'foresail.demo/1');
    assert.ok(existsSync(out));
    const html = readFileSync(out, 'utf8');
    assert.ok(html.split('<figure>').length - 1 >= 6, 'a figure for load, week, forecast, goodput, plan and contest');
    assert.doesNotMatch(html, /<script|<link|\bsrc=|url\(|undefined|\bNaN\b/);
    assert.ok(html.length < 2_000_000, `${html.length} characters`);
    console.log(`      foresail demo: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('foresail demo', () => {
  it('goes from the embedded week to a report that needs nothing else', () => checkDemo());
});

describeWithShared('foresail demo on the real week', () => {
  it('does the same', () => checkDemo('--trace', sharedFile('data/burstgpt-1/BurstGPT_1_week1.csv')));
});

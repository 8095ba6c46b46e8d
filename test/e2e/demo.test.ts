import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { describeWithShared, sharedFile } from '../helpers/shared.js';
import { runCli } from './run-cli.js';

interface DemoDocument {
  readonly schema: string;
  readonly goodput: readonly unknown[];
  readonly plan: { readonly steps: readonly unknown[] };
  readonly replay: {
    readonly fromSeconds: number;
    readonly toSeconds: number;
    readonly busiest: { readonly fromSeconds: number; readonly toSeconds: number };
    readonly statics: readonly { readonly prefill: number; readonly decode: number; readonly attainment: number }[];
    readonly results: readonly { readonly policy: string; readonly requests: number; readonly goodputPerGpu: number }[];
  };
}

/** What the demo promises: the policies on the same many requests of a whole day, whose busiest hours need about six of eight GPUs. */
function checkDocument({ schema, goodput, plan, replay }: DemoDocument): void {
  assert.equal(schema, 'foresail.demo/1');
  assert.equal(goodput.length, 7, 'every split of 8 GPUs');
  assert.equal(plan.steps.length, 10);
  const kept = replay.statics
    .filter(({ attainment }) => attainment >= 0.9)
    .map(({ prefill, decode }) => prefill + decode);
  assert.ok(
    Math.abs(Math.min(...kept) - 6) <= 1,
    `the smallest static split that keeps the target has ${Math.min(...kept)} GPUs`,
  );
  const { results, fromSeconds, toSeconds, busiest } = replay;
  assert.equal(toSeconds - fromSeconds, 86400);
  assert.ok(busiest.fromSeconds >= fromSeconds && busiest.toSeconds <= toSeconds);
  assert.deepEqual(
    results.map(({ policy }) => policy.split(' ')[0]),
    ['static', 'static', 'HPA-like', 'Foresail'],
  );
  assert.ok(results.every(({ requests }) => requests === results[0]!.requests && requests >= 1_000_000));
  assert.ok(results.every(({ goodputPerGpu }) => goodputPerGpu > 0));
}

/** Runs the demo to its end and looks at what it leaves; prints how long it took. */
function checkDemo(...args: string[]): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-demo-'));
  try {
    const out = path.join(folder, 'report.html');
    const started = performance.now();
    const run = runCli('demo', ...args, '--out', out, '--json');
    assert.equal(run.exitCode, 0, run.stderr);
    checkDocument(JSON.parse(run.stdout) as DemoDocument);
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

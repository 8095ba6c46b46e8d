import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadProfile } from '../../src/serving/index.js';
import { runCli } from './run-cli.js';

const folder = mkdtempSync(path.join(tmpdir(), 'serving-'));
const file = path.join(folder, 'trace.csv');

describe('foresail simulate and goodput', () => {
  before(() => {
    const rows = Array.from(
      { length: 300 },
      (_, i) => `${i},${100 + (i % 7) * 50},${i % 20 === 0 ? 0 : 40 + (i % 5) * 20}`,
    );
    writeFileSync(file, ['time_s,input_length,output_length', ...rows, ''].join('\n'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('prints the document of a simulation', () => {
    const run = runCli('simulate', file, '--prefill', '1', '--decode', '1', '--json');
    assert.equal(run.stderr, '');
    const document = JSON.parse(run.stdout) as Record<string, number | { p90: number }>;
    assert.equal(document.schema, 'foresail.simulate/1');
    assert.deepEqual([document.requests, document.finished, document.failed, document.attainment], [300, 285, 15, 1]);
    for (const name of ['ttftSeconds', 'tpotSeconds', 'e2eSeconds'])
      assert.deepEqual(Object.keys(document[name] as object), ['mean', 'p50', 'p90', 'p99']);
    assert.ok((document.gpuSeconds as number) >= 2 * 299);
  });

  for (const scaling of ['load', 'rps'])
    it(`reaches a rate by ${scaling} scaling of a part of the trace`, () => {
      const run = runCli(
        'simulate',
        file,
        '--from',
        '1m',
        '--for',
        '2m',
        '--rate',
        '3',
        '--scaling',
        scaling,
        '--json',
      );
      const document = JSON.parse(run.stdout) as Record<string, number>;
      const served = document.finished!;
      if (scaling === 'load') assert.ok(Math.abs(served / 360 - 1) < 0.1, String(served));
      else assert.ok(served === 114 && document.endSeconds! < 60);
    });

  it('keeps a log that gives the same run when it is simulated', () => {
    const log = path.join(folder, 'log.csv');
    const latencies = (stdout: string): unknown[] => {
      const { finished, ttftSeconds, tpotSeconds, e2eSeconds } = JSON.parse(stdout) as Record<string, unknown>;
      return [finished, ttftSeconds, tpotSeconds, e2eSeconds];
    };
    const first = runCli('simulate', file, '--serve', '1', '--log', log, '--json');
    const again = runCli('simulate', log, '--serve', '1', '--json');
    assert.equal(readFileSync(log, 'utf8').trimEnd().split('\n').length, 1 + 285);
    assert.deepEqual(latencies(again.stdout), latencies(first.stdout));
  });

  it('keeps what timed out in the log, so that a run with a timeout is given back, and fits without it', () => {
    const log = path.join(folder, 'timeouts.csv');
    const asked = ['--serve', '1', '--max-seqs', '2', '--timeout', '2s', '--json'];
    const facts = (stdout: string): number[] => {
      const { finished, timedOut, attainment, ...latencies } = JSON.parse(stdout) as Record<string, number>;
      const { ttftSeconds, e2eSeconds } = latencies as unknown as Record<string, { mean: number; p90: number }>;
      return [
        finished!,
        timedOut!,
        attainment!,
        ttftSeconds!.mean,
        ttftSeconds!.p90,
        e2eSeconds!.mean,
        e2eSeconds!.p90,
      ];
    };
    const first = facts(runCli('simulate', file, '--rate', '8', '--for', '1m', '--log', log, ...asked).stdout);
    const again = facts(runCli('simulate', log, ...asked).stdout);
    assert.ok(first[1]! > 50, String(first[1]));
    first.forEach((value, i) => assert.ok(Math.abs(again[i]! - value) < 1e-9, `${again[i]} is not ${value}`));
    assert.match(readFileSync(log, 'utf8'), /^[\d.]+,\d+,\d+,,$/m);
    const fitted = runCli('profile', 'fit', log, '--max-seqs', '2', '--json');
    assert.equal((JSON.parse(fitted.stdout) as { requests: number }).requests, first[0]);
  });

  it('prints a table for people', () => {
    const { stdout } = runCli('simulate', file, '--serve', '1');
    assert.match(stdout, /^1 serve, h100-llama-3.1-8b-bf16\n300 requests: 285 finished, 15 failed in the trace/);
    assert.match(stdout, /^TTFT +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+$/m);
  });

  it('prints the goodput of every split, of a trace or of the modelled week', () => {
    const run = runCli('goodput', file, '--gpus', '2', '--requests', '500', '--slo', 'ttft=200ms', '--json');
    const { schema, configurations } = JSON.parse(run.stdout) as {
      schema: string;
      configurations: Record<string, number>[];
    };
    assert.equal(schema, 'foresail.goodput/1');
    assert.deepEqual(
      configurations.map(({ serve, prefill, decode }) => [serve, prefill, decode]),
      [
        [2, undefined, undefined],
        [undefined, 1, 1],
      ],
    );
    for (const { goodput, low, high, goodputPerGpu } of configurations)
      assert.ok(low! <= goodput! && goodput! <= high! && goodputPerGpu === goodput! / 2 && low! > 0);
    const table = runCli('goodput', '--serve', '1', '--requests', '300', '--arrivals', 'poisson');
    assert.match(table.stdout, /drawn from the modelled week/);
    assert.match(table.stdout, /^1 serve +[\d.]+/m);
  });

  it('counts the GPUs of instances that take two each', () => {
    const two = path.join(folder, 'two.json');
    writeFileSync(two, JSON.stringify({ ...loadProfile('h100-llama-3.1-8b-bf16'), name: 'two', tensorParallel: 2 }));
    const json = (...args: string[]): Record<string, unknown> =>
      JSON.parse(runCli(...args, '--profile', two, '--json').stdout) as Record<string, unknown>;
    assert.deepEqual(json('simulate', file, '--gpus', '4', '--tensor-parallel', '2').deployment, { serve: 2 });
    const { configurations } = json('goodput', file, '--gpus', '4', '--requests', '200') as {
      configurations: Record<string, number>[];
    };
    assert.deepEqual(
      configurations.map(({ serve, prefill, decode, goodput, goodputPerGpu }) => [
        ...[serve, prefill, decode],
        goodput! / goodputPerGpu!,
      ]),
      [
        [2, undefined, undefined, 4],
        [undefined, 1, 1, 4],
      ],
    );
    const given = json('goodput', file, '--serve', '2', '--gpus', '4', '--requests', '200');
    assert.deepEqual(given.configurations, configurations.slice(0, 1));
    const odd = runCli('goodput', file, '--gpus', '3', '--profile', two);
    assert.equal(odd.exitCode, 2);
    assert.match(odd.stderr, /^error: --gpus must be a multiple of 2, [^\n]+\n$/);
    const asked = ['--rate', '10', '--gpus', '4', '--serve', '1', '--horizon', '2m', '--model', 'last'];
    for (const { serve } of json('plan', ...asked).steps as { serve: number }[]) assert.ok(serve <= 2, String(serve));
    const over = runCli('plan', '--gpus', '4', '--serve', '3', '--profile', two);
    assert.match(over.stderr, /^error: --gpus is 4, but 3 instances of 2 are said to run\n$/);
  });

  it('compares the policies on the same requests, also in a report, and says where it left the profile', () => {
    const page = path.join(folder, 'policies.html');
    const asked = [
      'simulate',
      file,
      '--serve',
      '1',
      '--max-seqs',
      '4',
      '--rate',
      '8',
      '--for',
      '2m',
      '--compare-policies',
    ];
    const { policies, beyondProfile } = JSON.parse(runCli(...asked, '--report', page, '--json').stdout) as {
      policies: { policy: string; finished: number; ttftSeconds: { mean: number } }[];
      beyondProfile: string[];
    };
    const names = ['fcfs', 'srf', 'lrf', 'mlfq', 'request-level'];
    assert.deepEqual(
      policies.map(({ policy }) => policy),
      names,
    );
    assert.ok(policies.every(({ finished }) => finished === policies[0]!.finished));
    assert.ok(policies[4]!.ttftSeconds.mean > policies[0]!.ttftSeconds.mean, 'whole batches are slower');
    assert.match(beyondProfile.join('\n'), /^h100-llama-3\.1-8b-bf16: mixed steps were measured at/m);
    const html = readFileSync(page, 'utf8');
    for (const text of [...names, 'Waiting requests', 'mixed steps were measured at'])
      assert.ok(html.includes(text), text);
    const { stdout } = runCli(...asked);
    for (const name of names) assert.match(stdout, new RegExp(`^${name}( +[\\d.,]+){8}$`, 'm'));
    assert.match(stdout, /^note: .*extrapolated$/m);
  });

  it('draws one simulation in a report, and says there where it left the profile', () => {
    const page = path.join(folder, 'simulation.html');
    const run = runCli('simulate', file, '--prefill', '1', '--decode', '1', '--report', page);
    assert.match(run.stdout, /^note: .*extrapolated$/m);
    const html = readFileSync(page, 'utf8');
    for (const text of [
      'Waiting requests',
      'KV cache in use',
      'SLO attainment',
      '1 prefill + 1 decode',
      'extrapolated',
    ])
      assert.ok(html.includes(text), text);
    assert.match(runCli('goodput', file, '--serve', '1', '--requests', '200').stdout, /^note: .*extrapolated$/m);
  });

  it('serves sooner what the prefix cache has, and holds more in a cache of half the bytes', () => {
    const meanOf = (...args: string[]): number => {
      const run = runCli('simulate', file, '--serve', '1', '--json', ...args);
      return (JSON.parse(run.stdout) as { ttftSeconds: { mean: number } }).ttftSeconds.mean;
    };
    const cached = meanOf('--prefix-hit-rate', '0.9');
    assert.ok(cached < meanOf(), String(cached));
    const small = path.join(folder, 'small.json');
    const profile = { ...loadProfile('h100-llama-3.1-8b-bf16'), kvTokensCapacity: 1200, name: 'small' };
    writeFileSync(small, JSON.stringify(profile));
    const crowded = ['--profile', small, '--rate', '16', '--for', '2m'];
    assert.ok(meanOf(...crowded, '--kv-dtype', 'fp8') < meanOf(...crowded));
  });

  it('says how the goodput of the best deployment changes with the SLO', () => {
    const asked = ['goodput', file, '--gpus', '2', '--requests', '300', '--slo', 'e2e=3s', '--sensitivity'];
    const { configurations, sensitivity, sensitivityOf } = JSON.parse(runCli(...asked, '--json').stdout) as {
      configurations: Record<string, number>[];
      sensitivity: Record<string, number | string>[];
      sensitivityOf: Record<string, number>;
    };
    const best = Math.max(...configurations.map(({ goodput }) => goodput!));
    const isBest = ({ goodput }: Record<string, number>): boolean => goodput === best;
    assert.deepEqual(sensitivityOf.serve, configurations.find(isBest)!.serve);
    assert.deepEqual(
      sensitivity.map(({ bound, value }) => [bound, value]),
      [...[1.5, 2.4, 3.75, 6].map((value) => ['e2e', value]), ...[0.95, 0.99].map((value) => ['attainment', value])],
    );
    for (const point of sensitivity) assert.deepEqual(Object.keys(point), ['bound', 'value', 'goodput', 'low', 'high']);
    const page = path.join(folder, 'goodput.html');
    assert.match(runCli(...asked, '--report', page).stdout, /^e2e 1\.5 s +[\d.]+ +[\d.]+ to [\d.]+ +-[\d.]+ %$/m);
    const html = readFileSync(page, 'utf8');
    for (const text of ['1 prefill + 1 decode', 'e2e 1.5 s', 'attainment 0.99', 'as asked', 'extrapolated', '<svg'])
      assert.ok(html.includes(text), text);
  });

  for (const [says, ...args] of [
    ['--gpus', 'goodput', '--gpus', '0'],
    ['slo.ttft', 'simulate', file, '--slo', 'ttft=abc'],
    ['unknown profile "x"', 'simulate', file, '--profile', 'x'],
    ['--serve', 'simulate', file, '--serve', '1', '--prefill', '1'],
    ['--prefill', 'simulate', file, '--prefill', '1'],
    ['--gpus is 3', 'goodput', '--gpus', '3', '--serve', '2'],
    ['--rate', 'simulate', file, '--rate', '-1'],
    ['--log', 'simulate', file, '--compare-policies', '--log', path.join(folder, 'log.csv')],
    ['--prefix-hit-rate', 'simulate', file, '--prefix-hit-rate', '1.5'],
    ['--timeout', 'simulate', file, '--timeout', 'soon'],
    ['--kv-dtype', 'simulate', file, '--kv-dtype', 'int4'],
    ['no points at tensor parallel 2', 'simulate', file, '--tensor-parallel', '2'],
    ['cannot be written', 'simulate', file, '--report', path.join(folder, 'no/such/page.html')],
    ['--rate', 'goodput', '--rate', '3'],
    ['--routing', 'simulate', file, '--routing', 'magic'],
    ['--token-budget', 'simulate', file, '--token-budget', '10'],
    ['--from', 'simulate', file, '--from', '9d'],
    ['more than', 'simulate', file, '--rate', '1000000'],
    ['no such file', 'simulate', path.join(folder, 'none.csv')],
  ] as const)
    it(`refuses ${args.slice(file === args[1] ? 2 : 1).join(' ')} in ${args[0]} with one line and exit code 2`, () => {
      const run = runCli(...args);
      assert.equal(run.exitCode, 2);
      assert.equal(run.stdout, '');
      assert.match(run.stderr, /^error: [^\n]*\n$/);
      assert.ok(run.stderr.includes(says), run.stderr);
    });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageFile } from '../../src/base/index.js';
import { loadProfile, simulate, type LatencyProfile, type PhaseErrors } from '../../src/serving/index.js';
import { chatTrace } from '../helpers/serving.js';
import { runCli, type CliRun } from './run-cli.js';

const SHIPPED = packageFile('data/profiles/h100-llama-3.1-8b-bf16.csv');
const COLUMNS = 'phase,batch,new_tokens_per_seq,context_tokens_per_seq,median_ms';

/** What is read here of the documents of `profile fit`. */
interface FitDocument {
  readonly schema: string;
  readonly kind: string;
  readonly points: Record<string, number>;
  readonly leaveOut: PhaseErrors;
  readonly check: PhaseErrors & { readonly points: number; readonly outsideRange: number };
  readonly requests: number;
  readonly profile: LatencyProfile;
}

const folder = mkdtempSync(path.join(tmpdir(), 'profile-fit-'));
const at = (name: string): string => path.join(folder, name);

/** The program behind `npm run reference`. */
function runReference(...args: string[]): CliRun {
  const program = packageFile('dist/scripts/reference.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return { exitCode: status, stdout, stderr };
}

/** Requests as a server measured them: those of a simulation with round coefficients. */
function measuredRows(): number[][] {
  const trace = chatTrace(40, 4);
  const { ttft, e2e } = simulate(trace, { profile: loadProfile('h100-llama-3.1-8b-bf16'), counts: { serve: 1 } });
  return [...trace.arrival].map((arrival, i) => [
    arrival * 1000,
    trace.promptTokens[i]!,
    trace.outputTokens[i]!,
    ttft[i]! * 1000,
    e2e[i]! * 1000,
  ]);
}

before(() => {
  const lines = readFileSync(SHIPPED, 'utf8').trim().split('\n');
  const few = (count: number): string =>
    [
      COLUMNS,
      ...[1, 2, 4, 8].map((batch) => `decode,${batch},1,${batch * 64},${10 + batch}`),
      ...Array.from({ length: count }, (_, i) => `prefill,1,${64 * 2 ** i},0,${5 + 6 * 2 ** i}`),
    ].join('\n');
  const cases = { small: { max_num_seqs: 64, requests: measuredRows() }, other: { requests: measuredRows() } };
  const log = [
    'arrival_ms,prompt_tokens,output_tokens,ttft_ms,e2e_ms',
    ...measuredRows().map((row) => row.join(',')),
  ].join('\n');
  for (const [name, text] of [
    ['even.csv', [lines[0], ...lines.slice(1).filter((_, row) => row % 2 === 0)].join('\n')],
    ['odd.csv', [lines[0], ...lines.slice(1).filter((_, row) => row % 2 === 1)].join('\n')],
    ['far.csv', `${COLUMNS}\ndecode,4096,1,10,60\n`],
    ['six.csv', few(6)],
    ['seven.csv', few(7)],
    ['cases.json', JSON.stringify({ cases })],
    ['one-case.json', JSON.stringify({ cases: { small: cases.small } })],
    ['requests.csv', log],
    ['other.json', '{"a": 1}'],
    ['null.json', 'null'],
    ['rowless.json', '{"cases": {"small": {"requests": 3}}}'],
    ['odd-setting.json', JSON.stringify({ cases: { small: { max_num_seqs: 0.5, requests: measuredRows() } } })],
  ] as const)
    writeFileSync(at(name), text);
});
after(() => {
  rmSync(folder, { recursive: true });
});

describe('foresail profile fit', () => {
  const fit = (...args: string[]): FitDocument =>
    JSON.parse(runCli('profile', 'fit', ...args, '--json').stdout) as FitDocument;

  it('fits steps, and says its errors on those left out and on those of another file', () => {
    const { schema, kind, leaveOut, check, profile } = fit(at('even.csv'), '--check', at('odd.csv'), '--name', 'mine');
    assert.deepEqual([schema, kind, profile.name], ['foresail.profile-fit/1', 'points', 'mine']);
    for (const errors of [leaveOut, check])
      for (const phase of ['decode', 'prefill', 'mixed'] as const)
        assert.ok(errors[phase]! > 0 && errors[phase]! < 0.1);
    assert.equal(fit(at('even.csv'), '--check', at('far.csv')).check.outsideRange, 1);
    const { stdout } = runCli('profile', 'fit', at('even.csv'), '--check', at('far.csv'));
    assert.match(stdout, /^left out of the fit +[\d.]+ +[\d.]+ +[\d.]+\n--check +[\d.]+ +- +-$/m);
    assert.match(stdout, /^1 of the 1 points to check lie outside the fitted range/m);
  });

  it('leaves points out one by one where they are few, and says so where none can be left out', () => {
    const [six, seven] = [fit(at('six.csv')), fit(at('seven.csv'))];
    assert.deepEqual([six.points.prefill, seven.points.prefill], [6, 7]);
    assert.ok(six.leaveOut.decode! >= 0 && six.leaveOut.prefill === null && six.leaveOut.mixed === null);
    assert.ok(seven.leaveOut.prefill! >= 0);
    assert.match(runCli('profile', 'fit', at('six.csv')).stdout, /^left out of the fit +[\d.]+ +- +-$/m);
  });

  it('fits a case of measured requests, or a log of them, and checks it on another', () => {
    const { kind, requests, profile } = fit(at('cases.json'), '--case', 'small', '--check', at('one-case.json'));
    assert.deepEqual([kind, requests, profile.name], ['requests', 40, 'small']);
    const { stdout } = runCli('profile', 'fit', at('requests.csv'), '--max-seqs', '32');
    assert.match(stdout, /^requests: fitted to 40 requests of an engine with at most 32 at once$/m);
  });

  it('writes a profile that the other commands take', () => {
    assert.equal(runCli('profile', 'fit', SHIPPED, '--out', at('mine.json')).exitCode, 0);
    assert.deepEqual(loadProfile(at('mine.json')).decode, loadProfile('h100-llama-3.1-8b-bf16').decode);
  });
});

describe('npm run reference', () => {
  it('fits the measured requests of a small file, and says their errors by case', () => {
    const { stdout, stderr } = runReference(at('one-case.json'), '--json');
    assert.equal(stderr, '');
    const { cases } = JSON.parse(stdout) as { cases: Record<string, number | string>[] };
    assert.deepEqual(Object.keys(cases[0]!), [
      'name',
      'meanTtft',
      'meanTpot',
      'meanE2e',
      'p90Ttft',
      'p90Tpot',
      'p90E2e',
    ]);
    assert.ok(Math.abs(cases[0]!.meanE2e as number) < 0.1, String(cases[0]!.meanE2e));
    assert.match(runReference(at('one-case.json')).stdout, /^small +-?[\d.]+/m);
  });
});

describe('bad measurements', () => {
  const profileFit = (...args: string[]): CliRun => runCli('profile', 'fit', ...args);
  for (const [what, says, run] of [
    ['a file that is not there', 'none.csv: no such file', () => profileFit(at('none.csv'))],
    ['a folder', 'is a folder', () => profileFit(folder)],
    ['a place that cannot be written', 'cannot be written', () => profileFit(SHIPPED, '--out', at('no/such/a.json'))],
    ['--case for steps', '--case is for logs', () => profileFit(SHIPPED, '--case', 'x')],
    ['--max-seqs for steps', '--max-seqs is for logs', () => profileFit(SHIPPED, '--max-seqs', '8')],
    ['an unknown case', 'small, other', () => profileFit(at('cases.json'), '--case', 'x')],
    ['no reference file', 'usage', () => runReference('--json')],
    ['a reference file that is not there', 'no such file', () => runReference(at('none.json'))],
    ['a folder as reference', 'is a folder', () => runReference(folder)],
    ['a reference file that is no JSON', 'not a JSON document', () => runReference(at('six.csv'))],
    ['another document', 'has neither', () => runReference(at('other.json'))],
    ['nothing as a document', 'has neither', () => runReference(at('null.json'))],
    ['a case without requests', 'case small has no "requests"', () => profileFit(at('rowless.json'))],
    ['a case without requests as reference', 'case small has no "requests"', () => runReference(at('rowless.json'))],
    ['half a request in a batch', 'max_num_seqs must be a whole number', () => profileFit(at('odd-setting.json'))],
    ['JSON without cases', 'has no "cases"', () => profileFit(at('other.json'))],
  ] as const)
    it(`are refused with one line and exit code 2: ${what}`, () => {
      const { exitCode, stdout, stderr } = run();
      assert.deepEqual([exitCode, stdout], [2, '']);
      assert.match(stderr, /^error: [^\n]+\n$/);
      assert.ok(stderr.includes(says), stderr);
    });
});

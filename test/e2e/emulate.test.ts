import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { exponential, seededRandom } from '../../src/base/index.js';
import { tempFiles } from '../helpers/temp-file.js';
import { emulatePrograms } from './programs.js';
import { runCli } from './run-cli.js';

interface Latencies {
  readonly finished: number;
  readonly failed: number;
  readonly ttftSeconds: { readonly mean: number };
  readonly tpotSeconds: { readonly mean: number };
}

/** A large model, whose times are long beside what a network and two busy processes add. */
const PROFILE = ['--profile', 'h100-qwen2.5-32b-bf16'];

/** About ten seconds of Poisson arrivals. */
function shortTrace(): string {
  const random = seededRandom(11, 'short trace');
  const rows = ['time,prompt_tokens,output_tokens'];
  const length = (least: number, most: number): number => Math.round(least + (most - least) * random());
  for (let at = 0.1; at < 10; at += exponential(random) / 2.5)
    rows.push(`${at.toFixed(4)},${length(600, 3000)},${length(10, 70)}`);
  return rows.join('\n');
}

function latenciesOf(...args: string[]): Latencies {
  const { exitCode, stdout, stderr } = runCli(...args, '--json');
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout) as Latencies;
}

function agree(replayed: Latencies, simulated: Latencies): void {
  assert.equal(replayed.failed, 0);
  assert.equal(replayed.finished, simulated.finished);
  for (const what of ['ttftSeconds', 'tpotSeconds'] as const) {
    const ratio = replayed[what].mean / simulated[what].mean;
    console.log(
      `        ${what}: ${replayed[what].mean.toFixed(4)} replayed, ${simulated[what].mean.toFixed(4)} simulated`,
    );
    assert.ok(Math.abs(ratio - 1) <= 0.1, `${what}: replayed is ${ratio.toFixed(3)} of simulated`);
  }
}

describe('foresail emulate', () => {
  const emulate = emulatePrograms();
  const write = tempFiles();

  it('has the mean TTFT and TPOT of the simulation within 10 %, as one replica', async () => {
    const trace = write('short.csv', shortTrace());
    const { url } = await emulate(...PROFILE);
    agree(latenciesOf('replay', trace, '--url', url), latenciesOf('simulate', trace, '--serve', '1', ...PROFILE));
  });

  it('has them behind a router from prefill to decode', async () => {
    const trace = write('short.csv', shortTrace());
    const prefill = await emulate('--role', 'prefill', ...PROFILE);
    const decode = await emulate('--role', 'decode', ...PROFILE);
    const endpoints = write('endpoints', `prefill ${prefill.url}\ndecode ${decode.url}\n`);
    const router = await emulate('--router', '--endpoints', endpoints);
    const deployment = ['--prefill', '1', '--decode', '1', ...PROFILE];
    agree(latenciesOf('replay', trace, '--url', router.url), latenciesOf('simulate', trace, ...deployment));
  });

  it('drains on SIGTERM: what runs is finished, new requests are refused, the exit code is 0', async () => {
    const { url, signal, ended } = await emulate();
    const ask = (tokens: number): Promise<Response> =>
      fetch(`${url}/v1/completions`, {
        method: 'POST',
        body: JSON.stringify({ prompt: 'a', max_tokens: tokens, ignore_eos: true, stream: true }),
      });
    const running = await ask(600);
    signal('SIGTERM');
    await sleep(100);
    assert.equal((await ask(1)).status, 503);
    const events = (await running.text()).split('\n\n').filter((event) => event.startsWith('data: {'));
    assert.equal(events.length, 600);
    assert.equal(await ended, 0);
  });

  it('crashes when it is told to, with exit code 1', async () => {
    const { ended } = await emulate('--fault', 'crash-after=300ms');
    assert.equal(await ended, 1);
  });

  for (const [args, why] of [
    [['--fault', 'boom=1'], /fault must be/],
    [['--role', 'both'], /--role must be one of/],
    [['--profile', 'no-such'], /unknown profile/],
    [['--router'], /--router needs/],
    [['--decode', 'http://a'], /go with --router/],
    [['--router', '--decode', 'a'], /--decode: an endpoint must be/],
  ] as const)
    it(`refuses ${args.join(' ')}`, () => {
      const { exitCode, stderr } = runCli('emulate', ...args);
      assert.equal(exitCode, 2);
      assert.match(stderr, why);
    });
});

describe('foresail replay', function () {
  this.retries(2); // real time on a machine that others use too: a stall is no fault of the code

  const emulate = emulatePrograms();
  const write = tempFiles();

  it('prints figures for people, and writes a report', async () => {
    const { url } = await emulate();
    const trace = write('short.csv', shortTrace());
    const report = write('report.html', '');
    const { exitCode, stdout } = runCli(
      'replay',
      trace,
      '--url',
      url,
      '--to',
      '2s',
      '--endpoint',
      'chat',
      '--report',
      report,
    );
    assert.equal(exitCode, 0);
    assert.match(stdout, /finished, 0 failed/);
    for (const line of ['TTFT', 'TPOT', 'ITL', 'E2E', 'send lag', 'R 0.0 %']) assert.ok(stdout.includes(line), stdout);
  });

  it('refuses what it cannot use', () => {
    const trace = write('short.csv', shortTrace());
    for (const [args, why] of [
      [[trace, '--url', 'nowhere'], /--url must be/],
      [[trace, '--url', 'http://127.0.0.1:1', '--from', '5h'], /past the end/],
      [[trace, '--url', 'http://127.0.0.1:1', '--warm-up', '1h'], /leaves no request/],
      [[trace, '--url', 'http://127.0.0.1:1', '--prompts', '/no/file'], /cannot be read/],
      [[trace, '--url', 'http://127.0.0.1:1', '--token-ids', '--endpoint', 'chat'], /--token-ids goes with/],
    ] as const) {
      const { exitCode, stderr } = runCli('replay', ...args);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, why);
    }
    assert.equal(runCli('replay', trace, '--url', 'http://127.0.0.1:1').exitCode, 1);
  });
});

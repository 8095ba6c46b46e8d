import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { byOperator, scalesOf } from './plane/audit.js';
import { eventually } from './world/eventually.js';
import { SYSTEM_NAMESPACE } from './world/install.js';
import { startOwnPlane, type OwnPlane } from './world/own-plane.js';
import { poolOf } from './world/wish.js';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 3);
const FAULT_SECONDS = 15;
const INTERVAL_SECONDS = 5;
const MAX_GPUS = 5;

/** What goes wrong, one after the other, and how it ends where it does not end by itself. */
const FAULTS: readonly (readonly [
  what: string,
  begin: (own: OwnPlane) => unknown,
  end?: (own: OwnPlane) => unknown,
])[] = [
  ['every write to scale answers 500', ({ proxy }) => proxy.faults({ path: /\/scale/, code: 500 }), calm],
  ['the operator is killed', killOperator],
  ['Prometheus is away', ({ scenario }) => scenario.prometheus.weather({ kind: 'down' }), clear],
  ['watches are cut', ({ proxy }) => proxy.faults({ path: /watch=/, cutAfter: 1 }), calm],
  ['the API server is restarted', ({ plane }) => plane.restart('all')],
  ['every request answers 429', ({ proxy }) => proxy.faults({ code: 429 }), calm],
  [
    'Prometheus answers garbage',
    ({ scenario }) => scenario.prometheus.weather({ kind: 'answers', status: 200, body: '{' }),
    clear,
  ],
  ['a replica dies', ({ kubelet }) => kubelet.pods('soak')[0]?.child?.signal('SIGKILL')],
  ['connections are dropped', ({ proxy }) => proxy.faults({ drop: true }), calm],
  ['scales conflict', ({ proxy }) => proxy.faults({ path: /\/scale/, code: 409 }), calm],
  ['Prometheus is slow', ({ scenario }) => scenario.prometheus.weather({ kind: 'slow', seconds: 20 }), clear],
  ['the operator is stopped for a while', stopOperator, wakeOperator],
];

function calm({ proxy }: OwnPlane): void {
  proxy.faults();
}

function clear({ scenario }: OwnPlane): void {
  scenario.prometheus.weather({ kind: 'fine' });
}

function killOperator({ kubelet }: OwnPlane): void {
  for (const { child } of kubelet.pods(SYSTEM_NAMESPACE)) child?.signal('SIGKILL');
}

function stopOperator({ kubelet }: OwnPlane): void {
  for (const { child } of kubelet.pods(SYSTEM_NAMESPACE)) child?.signal('SIGSTOP');
}

function wakeOperator({ kubelet }: OwnPlane): void {
  for (const { child } of kubelet.pods(SYSTEM_NAMESPACE)) child?.signal('SIGCONT');
}

describe(`${MINUTES} minutes with a fault every ${FAULT_SECONDS} s`, () => {
  let own: OwnPlane;
  let least = 2;
  /** Since when which number of replicas was the only one within bounds, by the API server's clock. */
  const bounds = [{ since: 0, replicas: 2 }];
  before(async () => {
    own = await startOwnPlane('soak', { maxGpus: MAX_GPUS });
    await eventually(60, async () => assert.equal((await own.scenario.condition('Ready')).status, 'True'));
  });
  after(() => own.stop());

  const rounds = Math.round((MINUTES * 60) / FAULT_SECONDS);
  for (let round = 0; round < rounds; round++) {
    const [what, begin, end] = FAULTS[round % FAULTS.length]!;
    it(`round ${round + 1}: ${what}; scaling resumes within 3 intervals`, async () => {
      const began = performance.now();
      await begin(own);
      await sleep(3000);
      least = least === 4 ? 2 : least + 1;
      bounds.push({ since: Date.now() / 1000, replicas: least });
      await own.plane.kube.patch('/apis/foresail.dev/v1alpha1/namespaces/soak/goodputscalers/llama', {
        spec: { pools: [poolOf(least)] },
      });
      await end?.(own);
      await eventually(3 * INTERVAL_SECONDS, async () => {
        assert.equal(await own.scenario.asked('serve'), least);
        const { status, message } = await own.scenario.condition('MetricsAvailable');
        assert.equal(status, 'True', message);
      });
      await sleep(Math.max(0, 1000 * FAULT_SECONDS - (performance.now() - began)));
    });
  }

  it('crossed no bound, says the audit log: each number of replicas was the one within bounds, or had been a round ago', () => {
    const scales = scalesOf(own.plane, 'soak', 'llama-serve').filter(({ event }) => byOperator(event));
    assert.ok(scales.length >= rounds / 2, `${scales.length} scales`);
    for (const { at, replicas } of scales) {
      const inForce = bounds.filter(
        ({ since }, next) => since <= at && (bounds[next + 1]?.since ?? Infinity) > at - INTERVAL_SECONDS,
      );
      assert.ok(
        inForce.some((bound) => bound.replicas === replicas),
        `${replicas} replicas at ${at}`,
      );
      assert.ok(replicas <= MAX_GPUS, `${replicas} replicas`);
    }
  });
});

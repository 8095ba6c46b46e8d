import assert from 'node:assert/strict';
import { readGoodputScaler } from '../../src/operator/index.js';
import { openSource } from '../../src/operator/open-service.js';
import type { LoadSeries } from '../../src/load/index.js';
import { fakeKube } from '../helpers/fake-kube.js';
import { scalerObject } from '../helpers/operator.js';
import { arrivalsScraped, historyText, planted, type PlantedPod } from './planted-history.js';
import { describeWithPrograms } from './programs.js';
import { prometheusServers } from './prometheus-server.js';

const BIN = 60;

describeWithPrograms(['prometheus', 'promtool'], 'a Prometheus that several services share', () => {
  const prometheus = prometheusServers();
  const start = Math.floor(Date.now() / 1000 / BIN) * BIN - 3600;
  const at = (minutes: number): number => start + BIN * minutes;
  const pod = (name: string, every: number): PlantedPod =>
    planted(name, { from: at(-10), to: at(50), phase: 3, every, lasting: 20 });
  const prod = pod('llama-6d4cf56db6-x7k2p', 5);
  const prefill = pod('llama-prefill-6d4cf56db6-m2m2m', 2);
  const staging = pod('llama-6d4cf56db6-b4b4b', 3);
  const bare = pod('llama-6d4cf56db6-z9z9z', 4);
  let url = '';
  before(async () => {
    const pods = [
      { pod: prod, model: 'llama', namespace: 'prod' },
      { pod: prefill, model: 'llama', namespace: 'prod' },
      { pod: staging, model: 'llama', namespace: 'staging' },
      { pod: bare, model: 'bare' },
    ];
    ({ url } = await prometheus({ targets: [], history: historyText(pods, { from: Infinity, to: Infinity }) }));
  });

  /** The load of a GoodputScaler whose pools have these targets. */
  const loadOf = async (namespace: string, model: string, targets: Record<string, string>): Promise<LoadSeries> => {
    const pools = Object.entries(targets).map(([role, name]) => ({ role, scaleTargetRef: { name }, maxReplicas: 2 }));
    const scaler = scalerObject('llama', { model, pools, load: { prometheus: { url } } }, { namespace });
    const source = await openSource({}, readGoodputScaler(scaler), fakeKube());
    return source.history(at(1), at(49), BIN);
  };
  const cameTo = (from: PlantedPod): number[] =>
    Array.from({ length: 48 }, (_, i) => arrivalsScraped(from, at(i + 1), at(i + 2)));

  it('gives each namespace its own load', async () => {
    assert.deepEqual([...(await loadOf('staging', 'llama', { serve: 'llama' })).requests], cameTo(staging));
    assert.deepEqual([...(await loadOf('prod', 'llama', { serve: 'llama' })).requests], cameTo(prod));
    const { observed } = await loadOf('elsewhere', 'llama', { serve: 'llama' });
    assert.ok(!observed.includes(1), 'nothing is known where nothing runs');
  });

  it('gives a target the pods of its own, and not those of another whose name begins alike', async () => {
    const { requests, outputTokens } = await loadOf('prod', 'llama', { prefill: 'llama-prefill', decode: 'llama' });
    assert.deepEqual([...requests], cameTo(prefill));
    const outputs = outputTokens.reduce((sum, tokens) => sum + tokens, 0);
    const expected = 10 * cameTo(prod).reduce((sum, count) => sum + count, 0);
    assert.ok(Math.abs(outputs - expected) < 0.03 * expected, `${outputs} tokens, not ${expected}`);
  });

  it('gives series that name no namespace to who asks for them', async () => {
    assert.deepEqual([...(await loadOf('prod', 'bare', { serve: 'llama' })).requests], cameTo(bare));
  });
});

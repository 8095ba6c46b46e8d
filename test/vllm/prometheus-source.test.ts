import assert from 'node:assert/strict';
import { InputError, UpstreamError } from '../../src/base/index.js';
import { DEFAULT_QUERIES, prometheusSource, type MetricsSource, type PrometheusOptions } from '../../src/vllm/index.js';
import { constantly, fakePrometheuses, success, type FakePrometheus } from '../helpers/fake-prometheus.js';

const SERVE = [{ role: 'serve' as const }];
const SPLIT = [
  { role: 'prefill' as const, podPattern: 'p-.*' },
  { role: 'decode' as const, podPattern: 'd-.*' },
];

describe('reading a service through Prometheus', () => {
  const start = fakePrometheuses();
  let server: FakePrometheus;
  before(async () => {
    server = await start();
  });
  const open = (options: Partial<PrometheusOptions> = {}): MetricsSource =>
    prometheusSource({ url: server.url, model: 'm', pools: SERVE, timeoutSeconds: 0.5, ...options });

  it('asks about the end of each whole bin, on a grid that does not depend on the span', async () => {
    server.behave(constantly('7'));
    const load = await open().history(125, 421, 60);
    assert.equal(load.startEpochSeconds, 180);
    assert.deepEqual([...load.requests], [7, 7, 7, 7]);
    assert.deepEqual([...load.observed], [1, 1, 1, 1]);
    const { start, end, step } = server.asked[0]!.form;
    assert.deepEqual([start, end, step], ['240', '420', '60']);
  });

  it('gives an empty load for a span without a whole bin, and asks nothing', async () => {
    server.behave(constantly('7'));
    const load = await open().history(61, 119, 60);
    assert.equal(load.requests.length, 0);
    assert.equal(server.asked.length, 0);
  });

  it('cuts a long history into questions that Prometheus answers', async () => {
    server.behave(constantly('1'));
    const load = await open().history(0, 60 * 4500, 60);
    assert.equal(load.requests.length, 4500);
    assert.ok(load.requests.every((count) => count === 1));
    const points = server.asked.map(({ form }) => (Number(form.end) - Number(form.start)) / Number(form.step) + 1);
    assert.deepEqual(points.sort(), [2000, 2000, 2000, 2000, 2000, 2000, 500, 500, 500], 'of three columns');
  });

  it('takes no value, NaN and infinite values as missing, and a little below 0 as 0', async () => {
    server.behave(({ form }, response) => {
      const values = ['NaN', '+Inf', '-Inf', '-2', '3'].map((value, i) => [60 * (i + 2), value]);
      success(response, 'matrix', [{ metric: {}, values: form.query!.includes('prompt') ? [] : values }]);
    });
    const load = await open().history(0, 360, 60);
    assert.deepEqual([...load.observed], [0, 0, 0, 0, 1, 1]);
    assert.deepEqual([...load.requests], [0, 0, 0, 0, 0, 3]);
    assert.deepEqual([...load.promptTokens.subarray(4)], [NaN, NaN], 'tokens alone are unknown');
  });

  it('finds everything unknown where there are no series', async () => {
    server.behave(constantly(null));
    const readings = await open({ pools: SPLIT }).now(1000);
    const unknown = { waiting: null, running: null, kvUse: null, newestSampleAt: null };
    assert.deepEqual(readings, {
      ...{ at: 1000, roles: { prefill: unknown, decode: unknown } },
      ...{ ttft: null, tpot: null, newestSampleAt: null, emptiestPods: {} },
    });
    assert.equal(await open().mix(0, 3600), null);
  });

  it('finds NaN, infinite and several values unknown', async () => {
    for (const value of ['NaN', '+Inf', '-1']) {
      server.behave(({ form }, response) => {
        const said = form.query!.startsWith('max') ? '1000' : value;
        success(response, 'vector', [{ metric: {}, value: [1000, said] }]);
      });
      const { roles, ttft, tpot } = await open().now(1000);
      assert.deepEqual([roles.serve!.waiting, roles.serve!.kvUse, ttft, tpot], [null, null, null, null], value);
    }
    server.behave((_asked, response) => {
      const one = { metric: {}, value: [1000, '1'] };
      success(response, 'vector', [one, one]);
    });
    assert.equal((await open().now(1000)).tpot, null);
  });

  it('knows nothing of queues from samples that are too old', async () => {
    server.behave(({ form }, response) => {
      success(response, 'vector', [{ metric: {}, value: [1000, form.query!.startsWith('max') ? '800' : '5'] }]);
    });
    const old = await open({ staleSeconds: 150 }).now(1000);
    assert.deepEqual(old.roles.serve, { waiting: null, running: null, kvUse: null, newestSampleAt: 800 });
    assert.equal(old.newestSampleAt, 800);
    const fresh = await open({ staleSeconds: 250 }).now(1000);
    assert.deepEqual(fresh.roles.serve, { waiting: 5, running: 5, kvUse: 5, newestSampleAt: 800 });
  });

  for (const [what, newest, expected] of [
    ['an old sample', '800', 800],
    ['no sample', null, null],
  ] as const)
    it(`is no fresher than its pool with ${what}, and knows the other one all the same`, async () => {
      server.behave(({ form }, response) => {
        const { query = '' } = form;
        const isPrefill = query.includes('p-.*');
        const value = query.startsWith('max') ? (isPrefill ? newest : '995') : '5';
        success(response, 'vector', value === null ? [] : [{ metric: {}, value: [1000, value] }]);
      });
      const { roles, newestSampleAt } = await open({ pools: SPLIT }).now(1000);
      assert.equal(newestSampleAt, expected);
      assert.deepEqual([roles.prefill!.waiting, roles.decode!.waiting], [null, 5]);
      assert.equal(roles.decode!.newestSampleAt, 995);
    });

  it('adds the TTFT of both pools, and has the TPOT of the one that decodes', async () => {
    server.behave(({ form }, response) => {
      const { query = '' } = form;
      const value = query.startsWith('max') ? '1000' : query.includes('p-.*') ? '0.25' : '0.5';
      success(response, 'vector', [{ metric: {}, value: [1000, value] }]);
    });
    const { ttft, tpot } = await open({ pools: SPLIT }).now(1000);
    assert.deepEqual([ttft, tpot], [0.75, 0.5]);
  });

  it('counts requests where they arrive and responses where they are made', async () => {
    server.behave(constantly('1'));
    await open({ pools: SPLIT }).history(0, 60, 60);
    const poolOf = (metric: string): string =>
      /[pd]-\.\*/.exec(server.asked.find(({ form }) => form.query!.includes(metric))!.form.query!)![0];
    assert.equal(server.asked.length, 3);
    assert.deepEqual(['request_success', 'prompt_tokens', 'generation_tokens'].map(poolOf), ['p-.*', 'p-.*', 'd-.*']);
  });

  it('names the pods with what they run', async () => {
    server.behave(({ form }, response) => {
      const pod = (name: string, value: string): object => ({ metric: { pod: name }, value: [1000, value] });
      const isByPod = form.query!.startsWith('sum by (pod)');
      success(response, 'vector', isByPod ? [pod('a', '3'), pod('b', '0')] : [pod('', '1000')]);
    });
    const { emptiestPods, roles } = await open().now(1000);
    assert.deepEqual(emptiestPods, { serve: { a: 3, b: 0 } });
    assert.equal(roles.serve!.running, 3);
  });

  it('escapes what stands in labels', async () => {
    server.behave(constantly('1'));
    const pools = [{ role: 'serve' as const, podPattern: 'x\\.y"z', labels: { job: 'a\nb' } }];
    await open({ model: 'a "b" \\c', pools }).history(0, 60, 60);
    const { query } = server.asked[0]!.form;
    assert.ok(query!.includes('{model_name="a \\"b\\" \\\\c",job="a\\nb",pod=~"x\\\\.y\\"z"}'), query);
  });

  it('takes series of its own namespace, and those that name none; what the labels say goes first', async () => {
    server.behave(constantly('1'));
    const asked = async (labels: Record<string, string>): Promise<string> => {
      await open({ pools: [{ role: 'serve', namespace: 'prod', labels }] }).history(0, 60, 60);
      return /\{.*?\}/.exec(server.asked.at(-1)!.form.query!)![0];
    };
    assert.equal(await asked({}), '{model_name="m",namespace=~"prod|"}');
    assert.equal(await asked({ namespace: 'x' }), '{model_name="m",namespace="x"}');
  });

  it('asks one’s own queries, their placeholders filled in', async () => {
    server.behave(constantly('1'));
    await open({ queries: { requests: 'sum(increase(router_total{$pool}[$range]))' } }).history(0, 60, 60);
    const queries = server.asked.map(({ form }) => form.query!);
    assert.ok(queries.includes('sum(increase(router_total{model_name="m"}[60000ms]))'));
    assert.ok(queries.some((query) => query.includes('vllm:prompt_tokens_total')));
    assert.ok(!queries.some((query) => query.includes('vllm:request_success')));
  });

  it('leaves no placeholder in any of its queries', async () => {
    server.behave(constantly('1'));
    const source = open();
    await source.history(0, 60, 60);
    await source.now(1000);
    await source.mix(0, 3600);
    const asked = new Set(server.asked.map(({ form }) => form.query));
    assert.ok(asked.size >= Object.keys(DEFAULT_QUERIES).length);
    for (const query of asked) assert.ok(!query!.includes('$'), query);
  });

  it('shows its token or its password', async () => {
    server.behave(constantly('1'));
    await open({ auth: { kind: 'bearer', token: 'secret' } }).history(0, 60, 60);
    assert.equal(server.asked[0]!.headers.authorization, 'Bearer secret');
    await open({ auth: { kind: 'basic', user: 'me', password: 'ä:b' } }).history(0, 60, 60);
    const sent = server.asked.at(-1)!.headers.authorization!;
    assert.equal(Buffer.from(sent.replace('Basic ', ''), 'base64').toString(), 'me:ä:b');
  });

  it('keeps the path that an address has', async () => {
    server.behave(constantly('1'));
    await open({ url: `${server.url}/select/0/prometheus` }).history(0, 60, 60);
    assert.equal(server.asked[0]!.path, '/select/0/prometheus/api/v1/query_range');
  });

  for (const [what, answer] of Object.entries<(response: import('node:http').ServerResponse) => void>({
    'status 500': (response) => response.writeHead(500).end('no'),
    'status 503 with an error': (response) => response.writeHead(503).end('{"status":"error","error":"tsdb down"}'),
    'status 401': (response) => response.writeHead(401).end(),
    'a redirect': (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'an empty body': (response) => response.writeHead(200).end(),
    'no JSON': (response) => response.writeHead(200).end('<html>login</html>'),
    'half a body': (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"status":', () => response.destroy());
    },
    'a broken connection': (response) => response.destroy(),
    'JSON of another kind': (response) => response.writeHead(200).end('[1, 2]'),
    null: (response) => response.writeHead(200).end('null'),
    'an error said with status 200': (response) => response.writeHead(200).end('{"status":"error","error":"bad"}'),
    'another type of result': (response) => success(response, 'streams', []),
    'a result that is no list': (response) => success(response, 'matrix', { a: 1 }),
    'series without values': (response) => success(response, 'matrix', [{ metric: {}, values: 'x' }]),
    'samples that are none': (response) => success(response, 'matrix', [{ metric: {}, values: [[1]] }]),
    'values that are no numbers': (response) => success(response, 'matrix', [{ metric: {}, values: [[60, 'many']] }]),
    'several series': (response) => success(response, 'matrix', [{ values: [] }, { values: [] }]),
    'more than is allowed': (response) => response.writeHead(200).end('x'.repeat(2000)),
    'nothing in time': () => undefined,
    'a byte now and then': (response) => {
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    },
  }))
    it(`throws an UpstreamError at ${what}`, async () => {
      server.behave((_asked, response) => answer(response));
      const source = open({ maxBytes: 1000 });
      await assert.rejects(source.history(0, 60, 60), UpstreamError);
      await assert.rejects(source.now(1000), UpstreamError);
    });

  it('says what Prometheus says of a bad query', async () => {
    server.behave((_asked, response) => response.writeHead(400).end('{"status":"error","error":"parse error: x"}'));
    await assert.rejects(open().history(0, 60, 60), /status 400: parse error: x \(query sum/);
  });

  it('refuses an address that is none, has a user in it, or is not allowed', () => {
    const cases: [string, string[] | undefined][] = [
      ['prometheus:9090', undefined],
      ['file:///etc/passwd', undefined],
      ['http://me:secret@prometheus:9090', undefined],
      ['http://prometheus:9090/?x=1', undefined],
      ['http://prometheus:9090', []],
      ['http://prometheus:9090', ['http://prometheus:909']],
      ['http://prometheus:9090/a/../b', ['http://prometheus:9090/a']],
      ['http://prometheus.evil:9090', ['http://prometheus']],
    ];
    for (const [url, allow] of cases)
      assert.throws(() => open({ url, ...(allow ? { allow } : {}) }), InputError, `${url} ${allow?.join(' ')}`);
    for (const allow of ['http://prometheus:9090', 'http://prometheus:9090/', 'http://prometheus:9090/a'])
      open({ url: 'http://prometheus:9090/a', allow: ['http://x', allow] });
  });

  it('allows an address with and without the port that its scheme has anyway', () => {
    for (const [url, allow] of [
      ['http://x:80', 'http://x:80'],
      ['http://x', 'http://x:80'],
      ['http://x:80/a', 'http://x'],
      ['https://x:443/a', 'https://x:443/a/'],
      ['http://X:9090', 'http://x:9090'],
    ] as const)
      open({ url, allow: [allow] });
    for (const [url, allow] of [
      ['http://x:443', 'https://x:443'],
      ['http://x:8080', 'http://x:80'],
      ['http://x', 'x:80'],
      ['http://x', ''],
    ] as const)
      assert.throws(() => open({ url, allow: [allow] }), InputError, `${url} ${allow}`);
  });

  it('refuses a query that it does not have', () => {
    assert.throws(() => open({ queries: { request: 'x' } }), /queries: must be of requests, .* got "request"/);
  });

  it('needs a pool where requests arrive', () => {
    assert.throws(() => open({ pools: [{ role: 'decode' }] }), RangeError);
  });
});

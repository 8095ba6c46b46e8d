import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { ask, testServices } from '../helpers/service.js';
import { nearlyValuesOf, type JsonSchema } from '../helpers/schema-arbitrary.js';

const REQUESTS = 10_000;
const WARM_UP = 1000;
const AT_ONCE = 8;

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Shot {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Bytes of the heap that live after a collection. */
function liveHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) collect();
  return process.memoryUsage().heapUsed;
}

const segment = fc.oneof(
  fc.constantFrom('..%2f..%2fetc%2fpasswd', '%00', 'modelled-week', '00000000-0000-4000-8000-000000000000', '%E0%A4%A'),
  fc.string({ maxLength: 30 }).map(encodeURIComponent),
);
const types = fc.constantFrom(
  'application/json',
  'text/csv',
  'application/gzip',
  'text/plain',
  'application/json; charset=x',
);
const query = fc.constantFrom(
  '',
  '?name=a',
  '?name=%00',
  '?skipBadRows=maybe',
  '?skipBadRows=true&skipBadRows=false',
  '?a[b]=c',
);

/** Requests that the document describes, and requests that it does not. */
function shotsOf({ paths, components: { schemas } }: Document): fc.Arbitrary<Shot> {
  const known = Object.entries(paths).flatMap(([path, operations]) =>
    // Events stay open until a job ends.
    path.endsWith('/events')
      ? []
      : Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  );
  const bodyOf = ({ requestBody }: Operation): fc.Arbitrary<string | null> => {
    if (requestBody === undefined) return fc.constant(null);
    const schema = requestBody.content['application/json']?.schema;
    const raw = fc.string({ maxLength: 200, minLength: 1 });
    if (schema === undefined) return raw;
    return fc.oneof(
      { weight: 9, arbitrary: nearlyValuesOf(schema, schemas).map((value) => JSON.stringify(value)) },
      { weight: 1, arbitrary: raw },
    );
  };
  const described = fc.constantFrom(...known).chain(({ path, method, operation }) =>
    fc.record({
      method: fc.constant(method.toUpperCase()),
      path: fc.tuple(segment, query).map(([part, rest]) => path.replace('{id}', part) + rest),
      headers: types.map((type) => ({ 'content-type': path === '/v1/traces' ? type : 'application/json' })),
      body: bodyOf(operation),
    }),
  );
  const stray = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST'),
    path: fc.tuple(segment, query).map(([part, rest]) => `/v1/${part}${rest}`),
    headers: types.map((type) => ({ 'content-type': type, 'x-request-id': 'x' })),
    body: fc.constant(null),
  });
  return fc.oneof({ weight: 9, arbitrary: described }, { weight: 1, arbitrary: stray });
}

describe('the service under fuzzing', function () {
  this.timeout(900_000);
  const start = testServices();

  it(`takes ${REQUESTS} requests without 5xx, without a crash, and with a steady heap`, async () => {
    const { url } = await start({ mostWaiting: 0 });
    const document = (await ask(`${url}/openapi.json`, 'GET')).body as unknown as Document;
    await ask(`${url}/v1/goodput`, 'POST', { gpus: 32, upTo: true, slo: { ttftSeconds: 1 }, requests: 50_000 });
    const shots = shotsOf(document);
    const seed = Number(process.env.FORESAIL_FUZZ_SEED ?? 1);
    const codes = new Map<number, number>();
    const shoot = async ({ method, path, headers, body }: Shot): Promise<void> => {
      const withBody = body === null || method === 'GET' ? {} : { body };
      const response = await fetch(url + path, {
        ...{ method, headers: { ...headers, prefer: 'respond-async' }, ...withBody },
      });
      await response.arrayBuffer();
      codes.set(response.status, (codes.get(response.status) ?? 0) + 1);
      assert.ok(response.status < 500, `${response.status} seed ${seed}: ${method} ${path} ${body ?? ''}`);
    };
    const volley = async (count: number, from: number): Promise<void> => {
      for (let at = 0; at < count; at += 200)
        for (const few of chunks(fc.sample(shots, { numRuns: Math.min(200, count - at), seed: seed + from + at })))
          await Promise.all(few.map(shoot));
    };
    await volley(WARM_UP, 0);
    const first = liveHeap();
    await volley(REQUESTS - WARM_UP, WARM_UP);
    const last = liveHeap();
    const told = [...codes].sort(([a], [b]) => a - b).map(([code, count]) => `${code}: ${count}`);
    process.stderr.write(
      `${REQUESTS} requests, seed ${seed}: ${told.join(', ')}; heap ${(first / 2 ** 20).toFixed(1)} MiB after ${WARM_UP}, ${(last / 2 ** 20).toFixed(1)} MiB at the end\n`,
    );
    assert.ok(last <= 1.2 * first, `heap grew from ${first} to ${last} bytes`);
    assert.equal((await ask(`${url}/healthz`, 'GET')).status, 200);
  });
});

function chunks(shots: readonly Shot[]): Shot[][] {
  return Array.from({ length: Math.ceil(shots.length / AT_ONCE) }, (_, i) =>
    shots.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  );
}

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KINDS, QUESTIONS, problem, jobSummary } from '../../src/api/index.js';
import { ask, testServices } from '../helpers/service.js';
import { nearlyValuesOf, type JsonSchema } from '../helpers/schema-arbitrary.js';

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
  readonly paths: Readonly<
    Record<string, { post: { requestBody: { content: { 'application/json': { schema: JsonSchema } } } } }>
  >;
}

describe('the contract of the service', function () {
  this.timeout(60_000);
  const start = testServices();
  let url = '';
  let document: Document;
  before(async () => {
    ({ url } = await start({ mostWaiting: 0 }));
    document = (await ask(`${url}/openapi.json`, 'GET')).body as unknown as Document;
    // One long job keeps the only thread, so that what the requests below ask for is refused, not worked on.
    await ask(`${url}/v1/goodput`, 'POST', { gpus: 32, upTo: true, slo: { ttftSeconds: 1 }, requests: 50_000 });
  });

  for (const kind of KINDS)
    it(`${kind}: what the schema makes is answered as the schema says, and never with 5xx`, async () => {
      const { schema } = document.paths[`/v1/${kind}`]!.post.requestBody.content['application/json'];
      const bodies = nearlyValuesOf(schema, document.components.schemas);
      const respond = { prefer: 'respond-async' };
      await fc.assert(
        fc.asyncProperty(bodies, async (made) => {
          const body = made ?? {};
          const { status, body: answer } = await ask(`${url}/v1/${kind}`, 'POST', body, respond);
          if (status === 202) jobSummary.parse(answer);
          else if (status === 200) QUESTIONS[kind].answer.parse(answer);
          else problem.parse(answer);
          assert.ok([200, 202, 400, 429].includes(status), `${status} ${JSON.stringify(answer)}`);
          if (QUESTIONS[kind].question.safeParse(body).success) return;
          assert.equal(status, 400);
        }),
        { numRuns: 25 },
      );
    });
});

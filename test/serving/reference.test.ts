import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fitToRequests, measuredCase, requestErrors, type MeasuredDocument } from '../../src/serving/index.js';
import { compareRuns } from '../helpers/simdistserve/compare.js';
import type { ReferenceFile } from '../helpers/simdistserve/reference-file.js';
import { describeWithShared, sharedFile } from '../helpers/shared.js';

describeWithShared('beside reference results', () => {
  it("the engine's batch gives every run of simdistserve under its rules", () => {
    const file = sharedFile('data/reference-simulation/simdistserve-chat-poisson.json');
    const differences = compareRuns(file, JSON.parse(readFileSync(file, 'utf8')) as ReferenceFile);
    assert.equal(differences.length, 128);
    for (const { requestsOff, relativeP90, iterationsOff, perRequestMs } of differences) {
      assert.ok(requestsOff <= 1 && relativeP90 <= 1e-5);
      assert.equal(iterationsOff, 0);
      assert.ok((perRequestMs ?? 0) <= 0.01);
    }
    assert.equal(differences.filter(({ perRequestMs }) => perRequestMs !== null).length, 6);
  });

  it('step times fitted on half of the requests of a real vLLM server foretell the other half', () => {
    const file = sharedFile('data/reference-simulation/vllm-measured-requests.json');
    const document = JSON.parse(readFileSync(file, 'utf8')) as MeasuredDocument;
    for (const name of Object.keys(document.cases)) {
      const { log, settings } = measuredCase(document, name, file);
      const scheduler = { maxSeqs: settings.maxSeqs!, tokenBudget: settings.tokenBudget! };
      const profile = fitToRequests(log, { name, kvBytesPerToken: 1, kvTokensCapacity: 1e9 }, scheduler, 'even');
      const errors = requestErrors(log, profile, scheduler, 'odd');
      for (const mean of ['meanTtft', 'meanTpot', 'meanE2e'] as const) assert.ok(Math.abs(errors[mean]) < 0.03);
      for (const p90 of ['p90Ttft', 'p90Tpot', 'p90E2e'] as const) assert.ok(Math.abs(errors[p90]) < 0.05);
    }
  });
});

import assert from 'node:assert/strict';
import { DEFAULTS } from '../../../src/api/page/state/question.js';
import { kindsOf, requestOf } from '../../../src/api/page/state/requests.js';
import { liveWords } from '../../../src/api/page/words/live.js';

const LIVE = {
  ...{ model: 'm', atEpochSeconds: 100, newestSampleEpochSeconds: 98, ttftSeconds: 0.5, tpotSeconds: null },
  pools: [{ role: 'serve' as const, waiting: 3, running: 5, kvUse: null }],
  present: { serve: 3 },
};

describe('a running service on the page', () => {
  it('is said in one line, without what is not known', () => {
    assert.equal(liveWords(LIVE), 'Now: 3 colocated, 5 requests run, 3 wait, first token in 500 ms.');
    const [pool] = LIVE.pools;
    const unknown = {
      ...LIVE,
      pools: [pool!, { ...pool!, waiting: null, running: null }],
      ttftSeconds: null,
      present: null,
    };
    assert.equal(liveWords(unknown), 'Nothing is known of it now.');
  });

  it('is asked about up to now, and never replayed', () => {
    const fields = { ...DEFAULTS, trace: 'live', rate: '' };
    assert.deepEqual(requestOf('forecast', fields).traffic, { trace: 'live', growth: 1 });
    assert.deepEqual(kindsOf({ view: 'plan', fields }), ['plan']);
  });
});

import assert from 'node:assert/strict';
import {
  capacityCaution,
  capacityFinding,
  capacityHeadline,
  capacityTiles,
} from '../../../src/api/page/words/capacity.js';
import { contestFinding, contestLanes } from '../../../src/api/page/words/contest.js';
import { forecastFinding, forecastHeadline, forecastTiles } from '../../../src/api/page/words/forecast.js';
import {
  cellText,
  goodputFinding,
  goodputHeadline,
  goodputReason,
  goodputTiles,
} from '../../../src/api/page/words/goodput.js';
import { planFinding, planHeadline, planLanes, planReason, planTiles } from '../../../src/api/page/words/plan.js';
import type { Tile } from '../../../src/api/page/words/table.js';
import { capacity, contest, forecast, goodput, plan } from './planted.js';

/** With plain spaces, as a reader would write it. */
const plain = (text: string | null): string | undefined => text?.replaceAll('\u00a0', ' ');
const tile = (tiles: readonly Tile[], label: string): Tile => tiles.find((found) => found.label === label)!;

describe('what the page says of a fleet', () => {
  it('names the GPUs and the split', () => {
    assert.equal(capacityHeadline(capacity()), '4 × H100 for llama-3.1-8b: 4 colocated');
    assert.equal(plain(capacityFinding(capacity()).title), '4 GPUs reach 94.0 %; 3 would stop at 80.0 %');
  });

  it('warns of a peak that is missed though the whole is not', () => {
    const answer = capacity();
    assert.match(plain(capacityCaution(answer))!, /only 50.0 % .* brings 121 req\/s, this fleet keeps 98 req\/s/);
    assert.equal(tile(capacityTiles(answer), 'Busiest ten minutes').isWarning, true);
    const calm = { ...answer.best!, busiest: { low: 0.9, mean: 0.95, high: 1 } };
    assert.equal(capacityCaution(capacity({ best: calm })), null);
    assert.equal(capacityCaution(capacity({ best: { ...calm, busiest: null } })), null);
  });

  it('says what an error of the load would cost', () => {
    assert.match(tile(capacityTiles(capacity()), 'Room to grow').note, /3 GPUs at 80 % load, too many at 125 % load$/);
  });

  it('leaves the cost out where no price is known', () => {
    const { best } = capacity();
    assert.equal(tile(capacityTiles(capacity()), 'Cost').value, '12 / h');
    assert.equal(tile(capacityTiles(capacity({ best: { ...best!, costPerHour: 0 } })), 'Cost'), undefined);
  });

  it('says that no fleet is large enough', () => {
    const none = capacity({ best: null, runnerUp: null });
    assert.equal(plain(capacityHeadline(none)), 'Not within 4 GPUs: none keeps 90.0 % in the SLO');
    assert.equal(plain(capacityFinding(none).title), 'No fleet that was looked at reaches 90.0 %');
    assert.deepEqual(capacityTiles(none), []);
  });

  it('has a row for each size', () => assert.equal(capacityFinding(capacity()).table.rows.length, 2));
});

describe('what the page says of splits', () => {
  it('names the best of the budget, and the best apart', () => {
    assert.equal(plain(goodputHeadline(goodput())), '2 GPUs serve most as 2 colocated: 50 req/s');
    assert.match(goodputFinding(goodput()).title, /^Apart, 1 prefill \+ 1 decode serves most for its GPUs: 22 req/);
    assert.equal(plain(tile(goodputTiles(goodput()), 'Prefill and decode apart').value), '44 req/s');
    assert.match(plain(goodputHeadline(goodput([20, 30, 44])))!, /as 1 prefill \+ 1 decode: 44 req\/s$/);
  });

  it('says the bounds in words', () => {
    assert.match(
      goodputReason(goodput()),
      /90 % .* first token within 1 s, each next within 30 ms\. Requests here read 683/,
    );
  });

  it('says that no rate keeps the SLO', () => {
    assert.equal(goodputHeadline(goodput([0, 0, 0])), '2 GPUs keep this SLO at no rate');
    assert.equal(goodputFinding(goodput([0, 0, 0])).title, 'No split of prefill and decode keeps this SLO');
  });

  it('says of a cell how sure it is', () => {
    const [one] = goodput().configurations;
    assert.equal(plain(cellText(one!)), '1 colocated · 1 GPU · 20 req/s (between 18 and 22) · 20 per GPU');
    assert.match(cellText({ ...one!, high: null }), /at least 18/);
  });
});

describe('what the page says of a forecast', () => {
  it('finds the peak and the change', () => {
    assert.equal(plain(forecastHeadline(forecast())), 'Up to 11 req/s expected, at 00:40 of day 1');
    assert.equal(forecastFinding(forecast()).title, 'The load rises by 110 % against the 20 min before');
    assert.equal(plain(tile(forecastTiles(forecast()), 'Peak to be ready for').value), '13.2 req/s');
  });

  it('names days where the trace has dates', () => {
    assert.match(forecastHeadline(forecast(1_700_006_400)), /at 00:40 of Wed 15 Nov$/);
  });

  it('leaves missing bins empty in its table', () => {
    const { rows } = forecastFinding(forecast()).table;
    assert.deepEqual(rows[1]!.slice(0, 2), ['day 1, 00:10', null]);
    assert.deepEqual(rows[3]!.slice(0, 3), ['day 1, 00:30', null, 10]);
    assert.equal(rows.length, 5);
  });
});

describe('what the page says of a plan', () => {
  it('says when what changes', () => {
    assert.equal(planHeadline(plan()), '1 prefill + 1 decode, from 00:01 on 1 prefill + 2 decode');
    assert.equal(planHeadline(plan({ prefill: 1, decode: 1 })), 'Keep 1 prefill + 1 decode');
    const up = plan({ prefill: 2, decode: 4 });
    const down = { ...up.steps[2]!, prefill: 1, decode: 1 };
    assert.match(
      planHeadline({ ...up, steps: [up.steps[0]!, up.steps[1]!, down] }),
      /and 1 more change, 6 GPUs at most$/,
    );
  });

  it('compares with the best static: the SLO first, then the cost', () => {
    assert.equal(planFinding(plan()).title, 'The plan holds 33.3 % fewer GPU-hours than the best static deployment');
    const { bestStatic } = plan();
    const missed = plan(undefined, { bestStatic: { ...bestStatic, predictedAttainment: 0.8 } });
    assert.match(
      plain(planFinding(missed).title)!,
      /keeps 97.0 % within the SLO; the best static deployment keeps 80.0 %/,
    );
    const same = plan(undefined, { bestStatic: { ...bestStatic, gpuSeconds: 480 } });
    assert.match(planFinding(same).title, /costs what the best static/);
  });

  it('warns where the SLO would be missed', () => {
    assert.equal(tile(planTiles(plan()), 'Within the SLO').isWarning, false);
    assert.equal(tile(planTiles(plan(undefined, { predictedAttainment: 0.5 })), 'Within the SLO').isWarning, true);
  });

  it('gives the reason and the launch time', () => {
    assert.match(
      planReason(plan()),
      /starts from 1 prefill \+ 1 decode.* the SLO: fewer GPUs would miss it.* in 69 s\./,
    );
  });

  it('has a lane for each way, and a row for each step', () => {
    const { runnerUp, ...rest } = plan();
    const second = { steps: rest.steps, predictedAttainment: 0.95, gpuSeconds: 500, simulated: null };
    assert.deepEqual(
      planLanes({ ...rest, runnerUp: second }).map(({ name }) => name),
      ['The plan', 'Runner-up', 'Best static'],
    );
    assert.equal(planLanes({ ...rest, runnerUp }).length, 2);
    assert.deepEqual(planFinding(plan()).table.rows[1], [
      ...['day 1, 00:01', '1 prefill + 2 decode', '1 prefill + 3 decode', 21, 31],
    ]);
  });
});

describe('what the page says of policies', () => {
  for (const [attainments, title] of [
    [[0.5, 0.89, 0.8], 'None keeps 90 % through the busiest 10 min; Foresail serves most per GPU'],
    [[0.5, 0.95, 0.8], 'Only HPA-like rule keeps 90 % through the busiest 10 min'],
    [[0.5, 0.95, 0.96], 'Foresail serves most per GPU of those that keep 90 %: 10 req/s'],
  ] as const)
    it(title, () => assert.equal(plain(contestFinding(contest(attainments)).title), title));

  it('has the lanes in the order of the ranking', () => {
    const lanes = contestLanes(contest([0.95, 0.5, 0.96]));
    assert.deepEqual(
      lanes.map(({ name }) => name),
      ['Foresail', 'static 1:2', 'HPA-like rule'],
    );
    const { rows } = contestFinding(contest([0.95, 0.5, 0.96])).table;
    assert.equal(rows.length, 10);
    assert.deepEqual(rows[5], ['day 1, 01:05', '3 prefill + 2 decode', '1 prefill + 2 decode', '2 prefill + 2 decode']);
  });
});

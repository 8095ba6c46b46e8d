import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '../../src/base/index.js';
import { buildSeries, makeScoreboard, referenceSeries, scoreboardMarkdown } from '../../src/forecast/index.js';
import { scoreSeries } from '../../src/forecast/scoreboard/score-series.js';
import { describeWithShared, sharedFile } from '../helpers/shared.js';

describe('the reference series', () => {
  it('are 22, of which 11 are core', () => {
    const definitions = referenceSeries();
    assert.equal(definitions.length, 22);
    assert.equal(definitions.filter(({ core }) => core).length, 11);
  });

  it('are marked, not scored, where no data is there, and then no bar is judged', async () => {
    const board = await makeScoreboard({ folders: ['/nowhere'], quick: true, threads: 1 });
    assert.ok(board.series.every(({ status }) => status === 'no data'));
    assert.ok(board.bars.every(({ ok }) => ok === null));
    assert.match(scoreboardMarkdown(board), /data not there/);
  });
});

describeWithShared('the reference series from the shared traces', () => {
  const folders = [sharedFile('data')];

  it('are all built to the checksum', async () => {
    for (const definition of referenceSeries()) {
      const target = await buildSeries(definition, folders);
      assert.equal(target!.values.length, definition.rows, definition.name);
      assert.equal(target!.values.filter(Number.isNaN).length, definition.missingRows, definition.name);
    }
  });

  it('are refused when one value differs', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'foresail-board-'));
    try {
      const definition = referenceSeries().find(({ name }) => name === 'rag-1h')!;
      const text = readFileSync(sharedFile('data/ragpulse/requests_days0-3.csv'), 'utf8');
      writeFileSync(path.join(folder, 'requests.csv'), text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1));
      const source = { ...definition.sources[0]!, file: 'requests.csv' };
      const changed = { ...definition, sources: [source] };
      await assert.rejects(buildSeries(changed, [folder]), InputError);
      const scored = await scoreSeries({ definition: changed, folders: [folder], models: ['last'], horizons: [1] });
      assert.equal(scored.status, 'refused');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('give Holt-Winters, Kalman and ARIMA within 2 % of every score that the reference has', async () => {
    let compared = 0;
    for (const definition of referenceSeries()) {
      const { name, reference } = definition;
      const models = ['holt-winters', 'kalman', 'arima'].filter((model) => reference.rows[model] !== undefined);
      const scored = await scoreSeries({ definition, folders, models, horizons: [1] });
      assert.ok(scored.status === 'scored');
      for (const { model, nmse, nmae } of scored.rows) {
        const known = reference.rows[model]!;
        for (const ratio of [nmse! / known.nmse, nmae! / known.nmae])
          assert.ok(Math.abs(ratio - 1) < 0.02, `${name} ${model} ${ratio}`);
        compared++;
      }
    }
    assert.equal(compared, 22 + 22 + 12);
  }).timeout(60_000);
});

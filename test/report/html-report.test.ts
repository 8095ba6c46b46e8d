import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { htmlReport, loadChart, makeFigure } from '../../src/report/index.js';
import { golden } from '../helpers/golden.js';
import { sampleReport } from './sample-report.js';

const hostile = `<img src=x onerror="alert('1')"> & more`;

describe('the HTML report', () => {
  it('looks in its source as before', async () => {
    const grid = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: 60 };
    const figure = await makeFigure(
      loadChart,
      { title: 'Load', grid, values: [1, 2], unit: 'requests' },
      'Two minutes.',
    );
    const table = {
      caption: 'Scores',
      header: ['model', 'NMAE', 'note'],
      rows: [
        ['last', 0.41234, 'naive'],
        ['none', NaN, null],
      ],
      bestRow: 0,
    };
    const section = { heading: 'Load', text: ['First.', 'Second.'], figures: [figure], tables: [table] };
    const highlights = [{ label: 'requests', value: '3' }];
    golden(
      'report/small.html',
      htmlReport({ title: 'Small', subtitle: 'A small report.', highlights, sections: [section], footer: 'End.' }),
    );
  });

  it('needs nothing from outside and no script', async () => {
    const html = await sampleReport();
    assert.doesNotMatch(html, /<script|<link|@import|url\(|\bsrc=|javascript:/i);
    const addresses = [...html.matchAll(/https?:\/\/[^"'\s<]+/g)].map(([address]) => address);
    assert.deepEqual(new Set(addresses), new Set(['http://www.w3.org/2000/svg']));
  });

  it('fits in 250 kB with every chart of a week, and survives a file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'foresail-report-'));
    try {
      const file = path.join(folder, 'sample.html');
      writeFileSync(file, await sampleReport());
      const html = readFileSync(file, 'utf8');
      assert.ok(html.length < 250_000, `${html.length} characters`);
      assert.equal(html.split('<figure>').length - 1, 7);
      assert.equal(html.split('<svg ').length - 1, 14);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('escapes every text', () => {
    const html = htmlReport({
      title: hostile,
      subtitle: hostile,
      highlights: [{ label: hostile, value: hostile, note: hostile }],
      sections: [1, 2, 3].map(() => ({
        heading: hostile,
        text: hostile,
        figures: [{ title: hostile, svg: '', caption: hostile }],
        tables: [{ caption: hostile, header: [hostile], rows: [[hostile]] }],
      })),
      footer: hostile,
    });
    assert.doesNotMatch(html, /<img|onerror="/);
    assert.match(html, /&lt;img src=x onerror=&quot;alert\(&#39;1&#39;\)&quot;&gt; &amp; more/);
  });

  for (const [cells, isRight] of [
    [[1, 2.5], true],
    [['1,234', '91.2 %'], true],
    [['12 ms', '-'], true],
    [[NaN, null, 3], true],
    [['3 + 5', '2 + 6'], false],
    [['12', 'twelve'], false],
    [[NaN, null], false],
  ] as const)
    it(`sets the column ${JSON.stringify(cells)} to the ${isRight ? 'right' : 'left'}`, () => {
      const rows = cells.map((cell) => [cell]);
      const html = htmlReport({
        title: 't',
        subtitle: 's',
        sections: [{ heading: 'h', tables: [{ header: ['c'], rows }] }],
      });
      assert.equal(html.includes('<td class="number">'), isRight);
    });

  it('prints unknown numbers as a dash, never as 0', () => {
    const table = { header: ['c'], rows: [[NaN], [null], [0]] };
    const html = htmlReport({ title: 't', subtitle: 's', sections: [{ heading: 'h', tables: [table] }] });
    assert.deepEqual(
      [...html.matchAll(/<td[^>]*>([^<]*)</g)].map((match) => match[1]),
      ['-', '-', '0'],
    );
  });
});

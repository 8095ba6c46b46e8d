import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { referenceSeries } from '../../src/forecast/index.js';
import { describeWithShared } from '../helpers/shared.js';
import { tempFiles } from '../helpers/temp-file.js';
import { runCli } from './run-cli.js';

interface Row {
  readonly panel: string;
  readonly model: string;
  readonly nmae: number;
  readonly nmse: number;
}

interface Document {
  readonly schema: string;
  readonly figure: string;
  readonly rows: readonly Row[];
  readonly nmseBelowFirstPercent?: number;
}

/** Panels of the figures: the paper's numbers, and the series that is scored here. */
const FIGURES = {
  fig17: [
    { panel: 'Requests per minute', series: 'b1-all-1m', paper: [0.73, 0.48] },
    { panel: 'Mean tokens of a request', series: 'b1-mtok-1m', paper: [0.72, 0.67] },
  ],
  fig18: [
    { panel: 'Conversation, 1 minute', series: 'b1-conv-1m', paper: [0.66, 0.5] },
    { panel: 'Conversation, 10 minutes', series: 'b1-conv-10m', paper: [0.32, 0.21] },
  ],
} as const;

const near = (found: number, wanted: number, share: number): boolean => Math.abs(found / wanted - 1) <= share;

describeWithShared("the paper's figures of load prediction", () => {
  const folder = path.dirname(tempFiles()('here.txt', ''));
  const pageOf = (figure: string): string => path.join(folder, `${figure}.html`);
  const documents = new Map<string, Document>();
  const run = (figure: keyof typeof FIGURES): Document => {
    const known = documents.get(figure);
    if (known) return known;
    const { exitCode, stdout, stderr } = runCli('paper', figure, '--json', '--out', pageOf(figure));
    assert.equal(exitCode, 0, stderr);
    const document = JSON.parse(stdout) as Document;
    documents.set(figure, document);
    return document;
  };

  for (const figure of ['fig17', 'fig18'] as const) {
    it(`${figure} puts the paper's recipe as the reference has it, EWMA and the ensemble beside the printed numbers`, () => {
      const { schema, figure: name, rows } = run(figure);
      assert.deepEqual([schema, name], ['foresail.paper/1', figure]);
      for (const { panel, series, paper } of FIGURES[figure]) {
        const of = (model: string): Row => rows.find((row) => row.panel === panel && row.model === model)!;
        assert.deepEqual([of('printed in the paper').nmae, of('printed in the paper').nmse], paper);
        const { reference } = referenceSeries().find((known) => known.name === series)!;
        for (const [model, wanted] of [
          ['paper', reference.rows.paper!],
          ['ewma', reference.rows.ewma!],
        ] as const)
          assert.ok(
            near(of(model).nmse, wanted.nmse, 0.03) && near(of(model).nmae, wanted.nmae, 0.03),
            `${panel} ${model}`,
          );
        assert.ok(of('ensemble').nmse < of('paper').nmse && of('ensemble').nmse < of('ewma').nmse, panel);
        assert.ok(of('ensemble-median').nmae < of('paper').nmae, panel);
      }
    });

    it(`${figure} is drawn as the paper draws it: what came against the forecast, a chart for each panel`, () => {
      const { rows } = run(figure);
      const panels = new Set(rows.map(({ panel }) => panel));
      assert.ok(existsSync(pageOf(figure)));
      const html = readFileSync(pageOf(figure), 'utf8');
      for (const panel of panels) assert.ok(html.includes(panel), panel);
      assert.ok(html.split('<svg').length - 1 >= panels.size);
    });
  }

  it('fig17 reads mean tokens both ways: empty minutes missing, and counted as 0 as the paper seems to', () => {
    const zeros = run('fig17').rows.filter(({ panel }) => panel === 'Mean tokens of a request, empty minutes as 0');
    assert.ok(near(zeros.find(({ model }) => model === 'paper')!.nmae, 0.712, 0.03));
  });

  it('fig18 finds bins of ten minutes easier than of one, as the paper does', () => {
    const { nmseBelowFirstPercent } = run('fig18');
    assert.ok(nmseBelowFirstPercent! > 30 && nmseBelowFirstPercent! < 58, String(nmseBelowFirstPercent));
  });

  it('say in one line where the trace comes from when it is not there', () => {
    const { exitCode, stderr, stdout } = runCli('paper', 'fig18', '--data', folder);
    assert.deepEqual([exitCode, stdout], [2, '']);
    assert.match(stderr, /^error: b1-conv-1m: [^\n]*trace fetch burstgpt-1[^\n]*\n$/);
  });
});

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

interface ServingDocument {
  readonly schema: string;
  readonly figure: string;
  readonly agrees: boolean;
  readonly findings: readonly {
    readonly finding: string;
    readonly ours: string;
    readonly agrees: boolean;
    readonly why: string | null;
  }[];
  readonly runs: readonly {
    readonly name: string;
    readonly requests: number;
    readonly tokenLatencySeconds: number;
    readonly jitterSeconds: number;
    readonly failureRate: number;
    readonly goodRate: number;
  }[];
}

describeWithShared("the paper's figures of serving, in their short form", () => {
  const page = path.join(path.dirname(tempFiles()('here.txt', '')), 'page.html');
  const run = (figure: string): ServingDocument => {
    const { exitCode, stdout, stderr } = runCli('paper', figure, '--quick', '--json', '--out', page);
    assert.equal(exitCode, 0, stderr);
    const document = JSON.parse(stdout) as ServingDocument;
    assert.deepEqual([document.schema, document.figure], ['foresail.paper/1', figure]);
    for (const { finding, ours, agrees, why } of document.findings) {
      assert.ok(finding.length > 0 && /\d/.test(ours), `${finding} ${ours}`);
      assert.equal(why === null, agrees, `${finding}: a reason just where ours differs`);
    }
    assert.equal(
      document.agrees,
      document.findings.every(({ agrees }) => agrees),
    );
    return document;
  };
  const runOf = ({ runs }: ServingDocument, name: string): ServingDocument['runs'][number] =>
    runs.find((known) => known.name === name)!;
  const verdicts = ({ findings }: ServingDocument): boolean[] => findings.map(({ agrees }) => agrees);

  /** Every chart is drawn twice, for pages and for phones, and says in words what it shows. */
  const assertPage = (charts: number, ...words: string[]): void => {
    const html = readFileSync(page, 'utf8');
    const drawings = html.match(/<svg [^>]*>/g) ?? [];
    assert.equal(drawings.length, 2 * charts);
    for (const drawing of drawings) assert.match(drawing, /role="img" aria-label="[^"]{40,}"/);
    for (const word of [...words, 'The paper: ', 'Agrees: ']) assert.ok(html.includes(word), word);
  };

  it('fig13 draws both loads over time: requests, latency, throughput, KV use and failures', () => {
    const document = run('fig13');
    assert.deepEqual(
      document.runs.map(({ requests }) => requests),
      [500, 500, 500, 500],
    );
    assert.deepEqual(verdicts(document), [true, true]);
    assertPage(5, 'KV cache in use', 'requests per minute', 'tokens per second');
  });

  it('fig14 draws the averages as bars', () => {
    assert.deepEqual(verdicts(run('fig14')), [true, false]);
    assertPage(2, 'token latency, ms', 'throughput, tokens per second');
  });

  it('fig15 moves the mean latency little by burstiness alone, and fails requests when a smaller α raises the rate', () => {
    const document = run('fig15');
    const of = (name: string): ServingDocument['runs'][number] => runOf(document, name);
    const base = of('constant');
    for (const course of ['stepped', 'linear', 'quadratic']) {
      const burstsAlone = of(`α ${course}, same rate`);
      assert.ok(near(burstsAlone.requests, base.requests, 0.05), `${course}: ${burstsAlone.requests}`);
      assert.ok(near(burstsAlone.tokenLatencySeconds, base.tokenLatencySeconds, 0.1), course);
      assert.ok(of(`α ${course}`).failureRate > 0.01 && burstsAlone.failureRate < 0.01, course);
    }
    assert.deepEqual(verdicts(document), [true, false, false, true]);
    assertPage(9, 'α linear, same rate', 'RTX A6000 modelled');
  });

  it('fig16 takes as many API requests as of conversation, from the model that it names', () => {
    const document = run('fig16');
    assert.deepEqual(new Set(document.runs.map(({ requests }) => requests)), new Set([1000]));
    const { conversation, api } = {
      conversation: [runOf(document, 'conversation, lrf'), runOf(document, 'conversation, fcfs')] as const,
      api: [runOf(document, 'api, lrf'), runOf(document, 'api, fcfs')] as const,
    };
    const beats = ([lrf, fcfs]: typeof api, of: (run: (typeof api)[0]) => number): boolean => of(lrf) < of(fcfs) / 1.01;
    assert.deepEqual(verdicts(document), [
      beats(conversation, ({ tokenLatencySeconds }) => tokenLatencySeconds),
      beats(conversation, ({ jitterSeconds }) => jitterSeconds),
      !beats(api, ({ tokenLatencySeconds }) => tokenLatencySeconds),
      !beats(api, ({ jitterSeconds }) => jitterSeconds),
    ]);
    assertPage(4, 'burstgpt-week', '1000 API requests', 'the measured trace has 311', 'First come first served');
  });

  it('fig19 draws the switch beside both ratios that it goes between', () => {
    const document = run('fig19');
    assert.deepEqual(verdicts(document), [true]);
    assert.match(document.findings[0]!.finding, /from 2:6 to 6:2/);
    assertPage(2, 'prefill to decode instances');
  });

  it('fig20 holds every fixed ratio against one that follows the work, by its own finding and not figure 19 again', () => {
    const document = run('fig20');
    assert.deepEqual(
      document.runs.slice(0, 7).map(({ name }) => name),
      ['1:7', '2:6', '3:5', '4:4', '5:3', '6:2', '7:1'],
    );
    const dynamic = document.runs.at(-1)!;
    assert.match(dynamic.name, /^\d:\d, then \d:\d$/);
    for (const { name, goodRate } of document.runs.slice(0, 7)) assert.ok(dynamic.goodRate > goodRate, name);
    assert.deepEqual(verdicts(document), [true, true]);
    for (const { finding } of document.findings) assert.ok(!finding.includes('2:6 to 6:2'), finding);
    assertPage(2, 'every fixed ratio');
  });

  it('print on the terminal what the paper finds, what we find, and whether they agree, under the table', () => {
    const { exitCode, stdout } = runCli('paper', 'fig14', '--quick');
    assert.equal(exitCode, 0);
    const table = stdout.indexOf('tokens/s');
    for (const line of [
      'The paper: BurstGPT has the higher average throughput.',
      'Here:      Tokens a second',
      'Agrees:    no. ',
    ])
      assert.ok(stdout.indexOf(line) > table, line);
    const prose = stdout.slice(stdout.indexOf('The paper:')).split('\n');
    assert.ok(prose.every((line) => line.length <= 120 && !line.trimStart().startsWith('%')));
  });
});

import { InputError, seededRandom } from '../base/index.js';
import { backtest, buildSeries, measure, referenceSeries, type BacktestScore } from '../forecast/index.js';
import type { TargetSeries } from '../load/index.js';
import { forecastChart, makeFigure, type Figure, type ReportTable } from '../report/index.js';
import { findingOf, type Finding } from './finding.js';
import type { Experiment, ExperimentInput, ExperimentResult } from './experiment.js';

/** A panel of a figure: a series, and what the paper prints under it. */
interface PanelPlan {
  readonly title: string;
  /** Of the reference series. */
  readonly series: string;
  readonly unit: string;
  readonly paper: { readonly nmae: number; readonly nmse: number };
  /** Whether the paper seems to count empty bins as 0. */
  readonly emptyAsZero?: boolean;
}

interface PanelScore {
  readonly panel: PanelPlan;
  readonly target: TargetSeries;
  readonly trainBins: number;
  readonly scores: readonly BacktestScore[];
}

const MODELS = ['paper', 'ewma', 'ensemble'];
const SHOWN_HOURS = 6;

/** Request count and mean tokens per request in bins of a minute (paper 5.4). */
export const figure17: Experiment = {
  name: 'fig17',
  summary: 'forecasts of request count and mean tokens, one-minute bins (figure 17)',
  run: (input) =>
    runPanels(input, 'Figure 17: request count and mean request tokens, one-minute bins', [
      { title: 'Requests per minute', series: 'b1-all-1m', unit: 'requests', paper: { nmae: 0.73, nmse: 0.48 } },
      {
        ...{
          title: 'Mean tokens of a request',
          series: 'b1-mtok-1m',
          unit: 'tokens',
          paper: { nmae: 0.72, nmse: 0.67 },
        },
        emptyAsZero: true,
      },
    ]),
};

/** Conversation requests in bins of one and of ten minutes (paper 5.4): the wider ones are easier. */
export const figure18: Experiment = {
  name: 'fig18',
  summary: 'forecasts of conversation requests, one- and ten-minute bins (figure 18)',
  async run(input) {
    const { document, report } = await runPanels(
      input,
      'Figure 18: conversation requests, bins of one and of ten minutes',
      [
        { title: 'Conversation, 1 minute', series: 'b1-conv-1m', unit: 'requests', paper: { nmae: 0.66, nmse: 0.5 } },
        {
          title: 'Conversation, 10 minutes',
          series: 'b1-conv-10m',
          unit: 'requests',
          paper: { nmae: 0.32, nmse: 0.21 },
        },
      ],
    );
    const nmseBelowFirstPercent = gainOfSecond(document.rows);
    return {
      document: { ...document, nmseBelowFirstPercent },
      findings: widerBinsAreEasier(nmseBelowFirstPercent),
      report,
    };
  },
};

async function runPanels(input: ExperimentInput, title: string, panels: readonly PanelPlan[]): Promise<PanelResult> {
  const scored: PanelScore[] = [];
  for (const panel of panels) scored.push(...(await scorePanel(panel, input)));
  const figures: Figure[] = [];
  for (const one of scored) figures.push(await figureOf(one, input.seed));
  const rows = scored.flatMap(rowsOf);
  return {
    document: { experiment: title, rows },
    findings: [],
    report: {
      title,
      subtitle: 'BurstGPT week 1, the first 70 % fitted, the rest forecast one step ahead and scored.',
      sections: [
        {
          heading: 'Actual load and forecasts',
          text: `Six hours of the scored part, drawn at random with seed ${input.seed}, as the paper shows a random interval.`,
          figures,
        },
        { heading: 'Errors', text: NOTES, tables: [tableOf(rows)] },
      ],
      footer: 'Paper: BurstGPT, section 5.4. Made by foresail paper.',
    },
  };
}

const NOTES = [
  'NMAE is the sum of absolute errors over the sum of values; NMSE divides squared errors by squared deviations from the mean, nmseEnergy by squares. The paper does not say which it prints.',
  'The paper trained on a longer trace than week 1 and does not say how it split, so its numbers and ours are beside each other, not the same measurement. With mean tokens its NMAE fits empty minutes counted as zeros; both readings are given.',
];

async function scorePanel(panel: PanelPlan, { folders }: ExperimentInput): Promise<PanelScore[]> {
  const definition = referenceSeries().find(({ name }) => name === panel.series)!;
  const target = await buildSeries(definition, folders);
  if (target === null)
    throw new InputError(
      `${panel.series}: its trace is in none of ${folders.join(', ')} (foresail trace fetch burstgpt-1, or --data)`,
    );
  const trainBins = definition.trainRows;
  const score = async (values: TargetSeries, title: string): Promise<PanelScore> => ({
    panel: { ...panel, title },
    target: values,
    trainBins,
    scores: await backtest(values, MODELS, { trainBins }),
  });
  const scored = [await score(target, panel.title)];
  if (!panel.emptyAsZero) return scored;
  const { name, startEpochSeconds, timeZone, binSeconds } = target;
  const values = target.values.map((value) => (Number.isNaN(value) ? 0 : value));
  const zeros = { name, startEpochSeconds, timeZone, binSeconds, values };
  return [...scored, await score(zeros, `${panel.title}, empty minutes as 0`)];
}

/** Of both figures: the errors behind the page. */
interface PanelResult extends ExperimentResult {
  readonly document: { readonly experiment: string; readonly rows: readonly ErrorRow[] };
}

interface ErrorRow {
  readonly panel: string;
  readonly model: string;
  readonly nmae: number | null;
  readonly nmse: number | null;
  readonly nmseEnergy: number | null;
}

function rowsOf({ panel, target, trainBins, scores }: PanelScore): ErrorRow[] {
  const printed = { panel: panel.title, model: 'printed in the paper', ...panel.paper, nmseEnergy: null };
  const own = scores.map(({ model, nmae, nmse, nmseEnergy }) => ({
    panel: panel.title,
    model,
    nmae,
    nmse,
    nmseEnergy,
  }));
  const ensemble = scores.find(({ model }) => model === 'ensemble')!;
  const { nmae, nmse, nmseEnergy } = measure(target.values.subarray(trainBins), ensemble.p50);
  return [printed, ...own, { panel: panel.title, model: 'ensemble-median', nmae, nmse, nmseEnergy }];
}

/** How far the second panel's NMSE lies below the first's, of the paper's recipe run here; the paper says 58 % of its own. */
function gainOfSecond(rows: readonly ErrorRow[]): number | null {
  const [first, second] = rows.filter(({ model }) => model === 'paper').map(({ nmse }) => nmse);
  return first && second ? 100 * (1 - second / first) : null;
}

function widerBinsAreEasier(gainPercent: number | null): Finding[] {
  if (gainPercent === null) return [];
  const said = 'Bins of ten minutes are easier to forecast than bins of one (its own NMSE is 58 % lower there).';
  const ours = `The NMSE of the paper's recipe is ${Math.abs(gainPercent).toFixed(0)} % ${gainPercent < 0 ? 'higher' : 'lower'} in bins of ten minutes.`;
  return [findingOf(said, ours, gainPercent > 0, () => 'On this trace the wider bins are not easier.')];
}

function tableOf(rows: readonly ErrorRow[]): ReportTable {
  const three = (value: number | null): string => (value === null ? '-' : value.toFixed(3));
  return {
    caption: 'Errors of the scored part',
    header: ['panel', 'model', 'NMAE', 'NMSE', 'nmseEnergy'],
    rows: rows.map(({ panel, model, nmae, nmse, nmseEnergy }) => [
      ...[panel, model],
      ...[nmae, nmse, nmseEnergy].map(three),
    ]),
  };
}

async function figureOf({ panel, target, trainBins, scores }: PanelScore, seed: number): Promise<Figure> {
  const ensemble = scores.find(({ model }) => model === 'ensemble')!;
  const bins = Math.round((SHOWN_HOURS * 3600) / target.binSeconds);
  const most = Math.max(0, target.values.length - trainBins - bins);
  const from = Math.floor(seededRandom(seed, 'shown interval')() * (most + 1));
  const to = from + bins;
  const data = {
    title: panel.title,
    grid: {
      ...{ startEpochSeconds: target.startEpochSeconds, timeZone: target.timeZone, binSeconds: target.binSeconds },
      startSeconds: (trainBins + from) * target.binSeconds,
    },
    actual: target.values.subarray(trainBins + from, trainBins + to),
    p50: ensemble.p50.subarray(from, to),
    p90: ensemble.p90.subarray(from, to),
    unit: panel.unit,
    model: 'ensemble',
  };
  return makeFigure(forecastChart, data, `${panel.title}: what came, and the ensemble's P50 and P90 one bin before.`);
}

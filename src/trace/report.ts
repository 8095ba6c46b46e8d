import {
  histogramChart,
  htmlReport,
  linesChart,
  loadChart,
  makeFigure,
  weekHeatMap,
  type Figure,
  type ReportSection,
  type ReportTable,
  type TimeGrid,
} from '../report/index.js';
import type { GroupStatistics, ServiceStatistics, TraceStatistics } from './statistics/index.js';

/** What the report calls the trace. */
export interface StatisticsReportOptions {
  readonly title: string;
  readonly timeZone: string;
}

/** The characterisation of a trace as one self-contained page. */
export async function statisticsReport(statistics: TraceStatistics, options: StatisticsReportOptions): Promise<string> {
  const { requests, failed, spanSeconds, meanRate } = statistics;
  const days = (spanSeconds / 86400).toFixed(2);
  const sections: ReportSection[] = [];
  for (const [name, service] of Object.entries(statistics.services))
    sections.push(await loadSection(name, service, statistics, options));
  sections.push(
    await burstinessSection(statistics, options),
    await lengthSection(statistics),
    await failureSection(statistics, options),
  );
  if (statistics.sessions) sections.push(sessionSection(statistics.sessions));
  sections.push(qualitySection(statistics));
  return htmlReport({
    title: `What ${options.title} is like`,
    subtitle: `${requests.toLocaleString('en-US')} requests over ${days} days, characterised as BurstGPT's paper does its own trace.`,
    highlights: [
      { label: 'Requests', value: requests.toLocaleString('en-US'), note: `${meanRate.toFixed(4)} a second` },
      { label: 'Failed', value: `${((100 * failed) / requests).toFixed(2)} %`, note: failed.toLocaleString('en-US') },
      { label: 'Days', value: days },
      { label: 'Services', value: String(Object.keys(statistics.services).length) },
    ],
    sections,
    footer: 'A failed request has a response of 0 tokens. Made by foresail trace stats.',
  });
}

async function loadSection(
  name: string,
  { rates, models }: ServiceStatistics,
  statistics: TraceStatistics,
  options: StatisticsReportOptions,
): Promise<ReportSection> {
  const grid = gridOf(statistics, options, 3600, rates.fromSeconds);
  const chart = await makeFigure(
    loadChart,
    { title: `Requests of ${name}`, grid, values: rates.perHour, unit: 'requests' },
    'Requests per hour, failed ones included.',
  );
  const byModel = await makeFigure(
    linesChart,
    {
      ...{ title: `Requests of ${name} by model`, grid, measure: 'requests per hour' },
      series: Object.entries(models).map(([model, group]) => ({ name: model, values: group.rates.perHour })),
    },
    `Correlation with the day before: ${Object.entries(models)
      .map(([model, group]) => `${model} ${correlation(group.rates.autocorrelationDay)}`)
      .join(', ')}.`,
  );
  const isDated = statistics.startEpochSeconds !== null;
  const dayNames = isDated
    ? ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
    : Array.from({ length: 7 }, (_, day) => `day ${day}`);
  const heatMap = await makeFigure(
    weekHeatMap,
    {
      ...{ title: `The week of ${name}`, dayNames, unit: 'requests per hour' },
      values: rates.byWeekday.map((hours) => hours.map((value) => value ?? NaN)),
    },
    isDated
      ? 'Mean requests by weekday and hour.'
      : "Mean requests by day and hour; the trace has no dates, so days count from the file's own day 0, modulo 7.",
  );
  return {
    heading: `Load: ${name}`,
    text: `Correlation of the hourly load with the day before: ${correlation(rates.autocorrelationDay)}; with the week before: ${correlation(rates.autocorrelationWeek)}.`,
    figures: Object.keys(models).length > 1 ? [chart, byModel, heatMap] : [chart, heatMap],
  };
}

function correlation(value: number | null): string {
  return value === null ? 'not known' : value.toFixed(2);
}

async function burstinessSection(
  statistics: TraceStatistics,
  options: StatisticsReportOptions,
): Promise<ReportSection> {
  const services = Object.entries(statistics.services);
  const seriesOf = (pick: (window: ServiceStatistics['burstiness']['windows'][number]) => number | undefined) =>
    services.map(([name, { burstiness }]) => {
      const bins = Math.max(
        0,
        ...burstiness.windows.map(({ startSeconds }) => startSeconds / burstiness.windowSeconds + 1),
      );
      const values = new Float64Array(bins).fill(NaN);
      for (const window of burstiness.windows)
        values[window.startSeconds / burstiness.windowSeconds] = pick(window) ?? NaN;
      return { name, values };
    });
  const grid = gridOf(statistics, options, 1200, 0);
  return {
    heading: 'Burstiness',
    text: 'Gaps between arrivals in each window of 20 minutes follow a Gamma law; shape α and rate β by maximum likelihood. The coefficient of variation of the law is 1/√α: a smaller α is burstier, 1 is Poisson.',
    figures: [
      await makeFigure(
        linesChart,
        { title: 'Gamma shape α', grid, series: seriesOf(({ likelihood }) => likelihood?.shape), measure: 'α' },
        'Windows with fewer than 8 gaps are left out.',
      ),
      await makeFigure(
        linesChart,
        {
          title: 'Gamma rate β',
          grid,
          series: seriesOf(({ likelihood }) => likelihood?.ratePerSecond),
          measure: 'β, per second',
        },
        'β as the paper writes it in section 3.1: a rate. Its section 4.2 calls the scale β, which is one over this.',
      ),
    ],
  };
}

function groupsOf(statistics: TraceStatistics): { name: string; group: GroupStatistics }[] {
  return Object.entries(statistics.services).flatMap(([service, { models }]) =>
    Object.entries(models).map(([model, group]) => ({ name: `${service}, ${model}`, group })),
  );
}

async function lengthSection(statistics: TraceStatistics): Promise<ReportSection> {
  const groups = groupsOf(statistics);
  const figure = async (title: string, unit: string, pick: 'prompts' | 'outputs'): Promise<Figure> =>
    makeFigure(
      histogramChart,
      {
        ...{ title, unit, measure: 'share of requests', edges: groups[0]?.group.histogram.edges ?? [] },
        groups: groups.map(({ name, group }) => {
          const total = group.requests - group.failed;
          return { name, values: group.histogram[pick].map((count) => (total > 0 ? count / total : 0)) };
        }),
      },
      'Ranges double in width; failed requests are left out.',
    );
  const tables: ReportTable[] = groups.map(({ name, group }) => ({
    caption: `Responses by request length: ${name}${group.zipf ? `; request lengths follow a Zipf law of exponent ${group.zipf.exponent.toFixed(3)}` : ''}`,
    header: ['request tokens from', 'requests', 'mean response', 'p10', 'p50', 'p90'],
    rows: group.responseByPrompt.map((bin) => [bin.promptFrom, bin.requests, bin.mean, bin.p10, bin.p50, bin.p90]),
  }));
  return {
    heading: 'Lengths',
    figures: [
      await figure('Request lengths', 'request tokens', 'prompts'),
      await figure('Response lengths', 'response tokens', 'outputs'),
    ],
    tables,
  };
}

async function failureSection(statistics: TraceStatistics, options: StatisticsReportOptions): Promise<ReportSection> {
  const groups = groupsOf(statistics);
  const rows = groups.map(({ name, group }) => [
    name,
    group.requests,
    group.failed,
    `${(group.failureRate * 100).toFixed(2)} %`,
    group.failureByDay.deviation === null ? null : `${(group.failureByDay.deviation * 100).toFixed(2)} %`,
  ]);
  const header = ['', 'requests', 'failed', 'failure rate', 'deviation from day to day'];
  const tables: ReportTable[] = [{ header, rows }];
  const days = Math.max(0, ...groups.map(({ group }) => group.failureByDay.rates.length));
  if (days < 2) return { heading: 'Failures', tables };
  const overTime = await makeFigure(
    linesChart,
    {
      title: 'Failure rate by day',
      grid: gridOf(statistics, options, 86_400, groups[0]!.group.rates.fromSeconds),
      series: groups.map(({ name, group }) => ({
        name,
        values: Float64Array.from(group.failureByDay.rates, (rate) => (rate === null ? NaN : rate * 100)),
      })),
      measure: '% of requests',
    },
    'Requests with a response of 0 tokens; days without requests are left out.',
  );
  return { heading: 'Failures', figures: [overTime], tables };
}

function sessionSection(sessions: NonNullable<TraceStatistics['sessions']>): ReportSection {
  const header = [
    ...['requests', 'conversations', 'mean interval, s', 'p90 interval, s'],
    ...sessions.longSeconds.map((bound) => `intervals over ${Math.round(bound)} s`),
  ];
  const rows = sessions.byTurns
    .slice(0, 20)
    .map((group) => [
      ...[group.turns, group.sessions, group.meanIntervalSeconds, group.p90IntervalSeconds],
      ...group.longIntervals,
    ]);
  return {
    heading: 'Conversations',
    text: `${sessions.sessions.toLocaleString('en-US')} conversations; ${(sessions.shareOfOne * 100).toFixed(1)} % have one request, the median has ${sessions.turns.p50}, three quarters at most ${sessions.turns.p75}. The last bound is the upper fence of the interquartile range.`,
    tables: [{ caption: 'By number of requests', header, rows }],
  };
}

function qualitySection({ quality }: TraceStatistics): ReportSection {
  const rows = [
    ['exact duplicates', quality.duplicates],
    ['requests at the moment of the one before', quality.sharedMoments],
    ['requests without prompt that did not fail', quality.emptyPrompts],
    ['timestamps', quality.isWholeSeconds ? 'whole seconds' : 'fractions of seconds'],
    ...quality.silences.map(({ fromSeconds, seconds }) => [
      `silence from second ${Math.round(fromSeconds).toLocaleString('en-US')}, minutes`,
      seconds / 60,
    ]),
  ];
  return { heading: 'Quality', tables: [{ header: ['', ''], rows }] };
}

function gridOf(
  { startEpochSeconds }: TraceStatistics,
  { timeZone }: StatisticsReportOptions,
  binSeconds: number,
  fromSeconds: number,
): TimeGrid {
  return { startEpochSeconds, timeZone, binSeconds, fromSeconds };
}

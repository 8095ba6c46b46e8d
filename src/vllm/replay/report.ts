import type { Summary } from '../../base/index.js';
import { htmlReport, linesChart, makeFigure, type Figure, type ReportTable } from '../../report/index.js';
import type { ReplaySummary } from './summarise-replay.js';

/** What a report says of a replay beside its figures. */
export interface ReplayAbout {
  readonly trace: string;
  readonly url: string;
  readonly slo: string;
}

/** A replay as one HTML page. */
export async function replayReport(summary: ReplaySummary, about: ReplayAbout): Promise<string> {
  const share = (value: number | null): string => (value === null ? '-' : `${(value * 100).toFixed(1)} %`);
  const { average, attainment, goodRate, ttftSeconds, sendLagSeconds } = summary;
  return htmlReport({
    title: 'Replay',
    subtitle: `${about.trace} against ${about.url}, ${summary.requests} requests in ${summary.seconds.toFixed(1)} s`,
    highlights: [
      { label: 'SLO attainment', value: share(attainment), note: about.slo },
      { label: 'good requests per second', value: goodRate.toFixed(2) },
      { label: 'failed', value: share(average.failureRate), note: summary.firstFailure ?? 'none' },
      { label: 'mean TTFT', value: milliseconds(ttftSeconds.mean) },
      { label: 'tokens per second', value: average.tokensPerSecond.toFixed(1) },
    ],
    sections: [
      { heading: 'Latency', tables: [latencyTable(summary)] },
      {
        heading: 'Over time',
        text: `Each point is a bin of ${summary.binSeconds} s: requests count where they ended, tokens where they came.`,
        figures: await timeFigures(summary),
      },
      { heading: 'Measures of the paper', tables: [paperTable(summary)] },
    ],
    footer: `Sent on time but for ${milliseconds(sendLagSeconds.p99)} (p99). Requests of the warm-up are drawn, not counted.`,
  });
}

function milliseconds(seconds: number | null): string {
  return seconds === null ? '-' : `${(seconds * 1000).toFixed(1)} ms`;
}

function latencyTable({
  ttftSeconds,
  tpotSeconds,
  itlSeconds,
  e2eSeconds,
  sendLagSeconds,
}: ReplaySummary): ReportTable {
  const row = (name: string, { mean, p50, p90, p99 }: Summary): string[] => [
    name,
    ...[mean, p50, p90, p99].map(milliseconds),
  ];
  return {
    header: ['', 'mean', 'p50', 'p90', 'p99'],
    rows: [
      row('TTFT', ttftSeconds),
      row('TPOT', tpotSeconds),
      row('ITL', itlSeconds),
      row('E2E', e2eSeconds),
      row('send lag', sendLagSeconds),
    ],
  };
}

function paperTable({ average }: ReplaySummary): ReportTable {
  const { failureRate, tokenLatencySeconds, tokenLatencyDeviationSeconds, tokensPerSecond } = average;
  return {
    caption: 'Averages, BurstGPT 4.4',
    header: ['measure', 'value'],
    rows: [
      ['R, failure rate', failureRate === null ? '-' : `${(failureRate * 100).toFixed(2)} %`],
      ['L, token latency', milliseconds(tokenLatencySeconds)],
      ['σ_L, its standard deviation over requests', milliseconds(tokenLatencyDeviationSeconds)],
      ['P, response tokens per second', tokensPerSecond],
    ],
  };
}

async function timeFigures({ instantaneous, binSeconds }: ReplaySummary): Promise<Figure[]> {
  const grid = { startEpochSeconds: null, timeZone: 'UTC', binSeconds };
  const column = (pick: (bin: (typeof instantaneous)[number]) => number | null): number[] =>
    instantaneous.map((bin) => pick(bin) ?? NaN);
  const thousandfold = (value: number | null): number | null => (value === null ? null : value * 1000);
  return Promise.all([
    makeFigure(
      linesChart,
      {
        title: 'Requests sent',
        grid,
        measure: 'requests per second',
        series: [{ name: 'sent', values: column((bin) => bin.sendRate) }],
      },
      'The load as it was sent.',
    ),
    makeFigure(
      linesChart,
      {
        title: 'Latency',
        grid,
        measure: 'ms',
        series: [
          { name: 'TTFT', values: column((bin) => thousandfold(bin.ttftSeconds)) },
          { name: 'L, token latency', values: column((bin) => thousandfold(bin.tokenLatencySeconds)) },
          { name: 'σ_L, jitter', values: column((bin) => thousandfold(bin.tokenLatencyDeviationSeconds)) },
        ],
      },
      'Means over the requests that ended in each bin, and the deviation of the token latency.',
    ),
    makeFigure(
      linesChart,
      {
        title: 'Throughput',
        grid,
        measure: 'tokens per second',
        series: [{ name: 'P, response tokens', values: column((bin) => bin.tokensPerSecond) }],
      },
      'Response tokens as they came.',
    ),
    makeFigure(
      linesChart,
      {
        title: 'Failures',
        grid,
        measure: '% of requests',
        series: [{ name: 'R, failure rate', values: column((bin) => bin.failureRate && bin.failureRate * 100) }],
      },
      'Share of the requests that ended in failure.',
    ),
  ]);
}

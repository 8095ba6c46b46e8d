import { quantileOfSorted } from '../../base/index.js';
import type {
  GroupStatistics,
  LengthStatistics,
  ServiceStatistics,
  SessionStatistics,
  TraceReport,
  TraceStatistics,
} from '../../trace/index.js';
import { formatCount, formatNumber, formatTable, print } from '../output.js';

/** Prints what people want to see first; the JSON document and the report hold the rest. */
export function printStatistics(statistics: TraceStatistics, report: TraceReport): void {
  const { requests, failed, spanSeconds, meanRate, services, sessions } = statistics;
  print(
    `${formatCount(requests)} requests, ${formatCount(failed)} failed, over ${formatNumber(spanSeconds / 86400, 2)} days ` +
      `(${formatNumber(meanRate, 4)} a second); ${report.format} format`,
  );
  const groups = Object.entries(services).flatMap(([service, { models }]) =>
    Object.entries(models).map(([model, group]) => ({ service, model, group })),
  );
  print();
  print(groupTable(groups));
  print();
  print(lengthTable(groups));
  print();
  print(rateTable(services));
  if (sessions) printSessions(sessions);
  printQuality(statistics, report);
}

interface NamedGroup {
  readonly service: string;
  readonly model: string;
  readonly group: GroupStatistics;
}

function groupTable(groups: readonly NamedGroup[]): string {
  const rows = groups.map(({ service, model, group }) => [
    ...[service, model, formatCount(group.requests), formatCount(group.failed), percent(group.failureRate)],
    group.failureByDay.deviation === null ? '-' : percent(group.failureByDay.deviation),
  ]);
  return formatTable(['service', 'model', 'requests', 'failed', 'failure rate', 'its deviation by day'], rows);
}

function lengthTable(groups: readonly NamedGroup[]): string {
  const header = ['tokens of requests that did not fail', 'mean', 'p10', 'p50', 'p90', 'p99', 'most', 'Zipf θ'];
  const lengths = ({ mean, p10, p50, p90, p99, most }: LengthStatistics): string[] => [
    formatNumber(mean, 1),
    ...[p10, p50, p90, p99, most].map((value) => formatNumber(value, 0)),
  ];
  const rows = groups.flatMap(({ service, model, group }) => [
    [`${service}, ${model}: request`, ...lengths(group.promptTokens), formatNumber(group.zipf?.exponent, 3)],
    [`${service}, ${model}: response`, ...lengths(group.outputTokens), ''],
  ]);
  return formatTable(header, rows);
}

function rateTable(services: Readonly<Record<string, ServiceStatistics>>): string {
  const header = [
    ...['service', 'a day', 'deviation', 'like yesterday', 'like last week'],
    ...['windows', 'α p10', 'α p50', 'α p90', 'CV p50', 'β p50 (rate, 1/s)', 'β p50 (scale, s)'],
  ];
  const rows = Object.entries(services).map(([name, { rates, burstiness }]) => {
    const laws = burstiness.windows.flatMap(({ likelihood }) => likelihood ?? []);
    const quantile = (values: readonly number[], level: number, decimals: number): string =>
      values.length === 0
        ? '-'
        : formatNumber(
            quantileOfSorted(
              [...values].sort((a, b) => a - b),
              level,
            ),
            decimals,
          );
    const shapes = laws.map(({ shape }) => shape);
    return [
      ...[name, formatNumber(rates.perDay.mean, 1), formatNumber(rates.perDay.deviation, 1)],
      ...[formatNumber(rates.autocorrelationDay, 2), formatNumber(rates.autocorrelationWeek, 2)],
      ...[formatCount(burstiness.windows.length), quantile(shapes, 0.1, 2), quantile(shapes, 0.5, 2)],
      quantile(shapes, 0.9, 2),
      quantile(
        burstiness.windows.map(({ cv }) => cv),
        0.5,
        2,
      ),
      quantile(
        laws.map(({ ratePerSecond }) => ratePerSecond),
        0.5,
        4,
      ),
      quantile(
        laws.map(({ scaleSeconds }) => scaleSeconds),
        0.5,
        2,
      ),
    ];
  });
  return formatTable(header, rows);
}

function printSessions({ sessions, shareOfOne, turns, intervalSeconds }: SessionStatistics): void {
  print();
  print(
    `${formatCount(sessions)} conversations: ${percent(shareOfOne)} of one request; requests median ${formatNumber(turns.p50, 0)}, ` +
      `p75 ${formatNumber(turns.p75, 0)}, p90 ${formatNumber(turns.p90, 0)}, most ${formatCount(turns.most)}`,
  );
  if (intervalSeconds)
    print(
      `seconds between their requests: mean ${formatNumber(intervalSeconds.mean, 0)}, median ${formatNumber(intervalSeconds.p50, 0)}, p90 ${formatNumber(intervalSeconds.p90, 0)}`,
    );
}

function printQuality({ quality }: TraceStatistics, { badRows, outOfOrder, skippedDays }: TraceReport): void {
  const { sharedMoments, duplicates, silences } = quality;
  print();
  print(
    `${formatCount(duplicates)} exact duplicates, ${formatCount(sharedMoments)} at the moment of the one before, ` +
      `${formatCount(outOfOrder)} out of order, ${formatCount(badRows)} bad rows` +
      (skippedDays > 0 ? `, ${skippedDays} days before the first request taken off` : ''),
  );
  if (silences[0])
    print(
      `longest silence ${formatNumber(silences[0].seconds / 60, 1)} minutes, from second ${formatCount(silences[0].fromSeconds)}`,
    );
}

function percent(share: number): string {
  return `${formatNumber(share * 100, 2)} %`;
}

import { goodputChart, htmlReport, makeFigure, type ReportSection } from '../../report/index.js';
import type { Goodput } from '../../serving/index.js';
import { formatNumber } from '../output.js';
import { formatCounts } from '../serving-options.js';
import type { GoodputAnswer } from './answer.js';
import { formatInterval } from './interval.js';
import { formatChange, nameOfPoint } from './sensitivity.js';

/** One HTML page: the goodput of each deployment, and where asked how that of the best changes with the SLO. */
export async function goodputReport(answer: GoodputAnswer): Promise<string> {
  const { found, best, title, beyondProfile } = answer;
  return htmlReport({
    title: 'Goodput',
    subtitle: title,
    highlights: [
      { label: 'largest goodput', value: `${formatNumber(best.goodput, 2)} req/s`, note: formatCounts(best.counts) },
      { label: 'interval (90 %)', value: formatInterval(best.low, best.high) },
      { label: 'per GPU', value: `${formatNumber(best.goodputPerGpu, 2)} req/s` },
    ],
    sections: [
      {
        heading: 'Deployments',
        text: beyondProfile,
        figures: [
          await makeFigure(
            goodputChart,
            { title: 'Goodput by deployment', splits: found.map((one) => barOf(formatCounts(one.counts), one)) },
            'The largest request rate within the SLO, with its interval at 90 %.',
          ),
        ],
        tables: [
          {
            header: ['deployment', 'goodput (req/s)', 'interval', 'per GPU'],
            rows: found.map(({ counts, goodput, low, high, goodputPerGpu }) => [
              ...[formatCounts(counts), formatNumber(goodput, 2), formatInterval(low, high)],
              formatNumber(goodputPerGpu, 2),
            ]),
            bestRow: found.indexOf(best),
          },
        ],
      },
      ...(await sensitivitySection(answer)),
    ],
    footer: 'Simulated by foresail; step times from the latency profile.',
  });
}

async function sensitivitySection({ best, sensitivity }: GoodputAnswer): Promise<ReportSection[]> {
  if (!sensitivity) return [];
  const title = `Goodput of ${formatCounts(best.counts)} under other SLOs`;
  const bars = [barOf('as asked', best), ...sensitivity.map((point) => barOf(nameOfPoint(point), point))];
  return [
    {
      heading: 'Other SLOs',
      figures: [
        await makeFigure(
          goodputChart,
          { title, splits: bars, of: 'SLOs' },
          'One part of the SLO changed at a time; the same requests under all.',
        ),
      ],
      tables: [
        {
          header: ['bound', 'goodput (req/s)', 'interval', 'change'],
          rows: sensitivity.map((point) => [
            ...[nameOfPoint(point), formatNumber(point.goodput, 2), formatInterval(point.low, point.high)],
            formatChange(point.goodput, best.goodput),
          ]),
        },
      ],
    },
  ];
}

/** A bar of the chart; an interval without an end is not drawn. */
function barOf(
  name: string,
  { goodput, low, high }: Pick<Goodput, 'goodput' | 'low' | 'high'>,
): { name: string; goodput: number; low: number; high: number } {
  return { name, goodput, low, high: high === Infinity ? NaN : high };
}

import { formatNumber, formatTable, print } from '../output.js';
import { scoreTable } from '../score-table.js';
import { seriesOf } from './document.js';
import type { Evaluation } from './evaluation.js';

/** Prints what was scored, the scores, and what chance alone can say about them. */
export function printEvaluation(evaluation: Evaluation): void {
  const { input, judged } = evaluation;
  const facts = seriesOf(evaluation);
  if (input) print(`${input.requests} requests, ${input.failed} failed`);
  const refits = facts.refitEvery === null ? '' : `, anew every ${facts.refitEvery}`;
  print(
    `${facts.target} in ${facts.bins} bins of ${facts.binSeconds} s (${facts.missingBins} missing): ` +
      `fitted on ${facts.trainBins}${refits}, scored on ${facts.scoredBins}`,
  );
  print();
  print(scoreTable(judged.map(({ score }) => score)));
  print();
  print('95 % intervals (block bootstrap of the scored bins), and squared error against the best of the horizon:');
  print();
  print(intervalTable(evaluation));
  for (const { score, standInBins } of judged)
    if (standInBins > 0)
      print(`- ${score.model}: ${standInBins} scored bins have no season before them; the last value stood in`);
  const reason = judged.find(({ score }) => score.undefinedBecause !== undefined)?.score.undefinedBecause;
  if (reason !== undefined) print(`- where a measure is not defined: ${reason}`);
}

function intervalTable({ judged }: Evaluation): string {
  const rows = judged.map(({ score, intervals, againstBest }) => [
    score.model,
    String(score.horizon),
    span(intervals.nmae, 3),
    span(intervals.nmse, 3),
    span(intervals.p90Coverage, 3),
    againstBest === null ? '-' : `${span(againstBest, 2)} x${againstBest.low > 1 ? ' worse' : ''}`,
  ]);
  return formatTable(['model', 'horizon', 'NMAE', 'NMSE', 'P90 coverage', 'against the best'], rows);
}

function span(interval: { low: number; high: number } | null, decimals: number): string {
  if (interval === null) return '-';
  return `${formatNumber(interval.low, decimals)} to ${formatNumber(interval.high, decimals)}`;
}

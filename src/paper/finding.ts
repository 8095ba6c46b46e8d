import type { ReportSection } from '../report/index.js';

/** One thing that the paper finds, and what a run shows of it here. Plain text, for people and programs. */
export interface Finding {
  /** What the paper says. */
  readonly finding: string;
  /** The figures of this run that speak to it. */
  readonly ours: string;
  readonly agrees: boolean;
  /** Why ours differs, as far as the run's own figures tell; null where it agrees. */
  readonly why: string | null;
}

/** Two measures this close, as a share, count as equal. */
const MARGIN = 0.01;

/** Whether a measure is above another by more than 1 %. */
export function isAbove(value: number, other: number): boolean {
  return value > other * (1 + MARGIN);
}

/** A finding with its verdict; `why` is asked for only where the two differ. */
export function findingOf(finding: string, ours: string, agrees: boolean, why: () => string): Finding {
  return { finding, ours, agrees, why: agrees ? null : why() };
}

/** The lines that say one finding: the paper's, ours, and whether they agree. */
export function findingLines({ finding, ours, agrees, why }: Finding): [label: string, text: string][] {
  return [
    ['The paper', finding],
    ['Here', ours],
    ['Agrees', agrees ? 'yes' : `no. ${why}`],
  ];
}

/** The findings as a part of a page, a paragraph each; none where there are none. */
export function findingsSection(findings: readonly Finding[]): ReportSection[] {
  if (findings.length === 0) return [];
  const text = findings.map((finding) =>
    findingLines(finding)
      .map(([label, line]) => `${label}: ${line}`)
      .join(' '),
  );
  return [{ heading: "The paper's findings, and ours", text }];
}

import type { JSX } from 'preact';
import type { JobSummary, Kind } from '../../../../clients/typescript/src/index.js';
import type { PageProblem } from '../state/problems.js';

const WORK: Readonly<Record<Kind, string>> = {
  capacity: 'Sizing the fleet',
  goodput: 'Measuring every split',
  forecast: 'Forecasting',
  plan: 'Planning',
  contest: 'Replaying the busiest window',
  simulate: 'Simulating',
};

/** How far a job is, and the way to take it back. */
export function Progress({
  kind,
  job,
  onCancel,
}: {
  readonly kind: Kind;
  readonly job: JobSummary | null;
  readonly onCancel: () => void;
}): JSX.Element {
  const progress = job?.progress ?? null;
  const isMeasured = progress !== null && progress.total > 0;
  return (
    <div class="progress">
      <p>
        <strong>{WORK[kind]}</strong> <span class="muted">{wordsOf(job)}</span>
      </p>
      <progress aria-label={WORK[kind]} {...(isMeasured ? { value: progress.done, max: progress.total } : {})} />
      <button type="button" onClick={onCancel} disabled={job === null}>
        Cancel
      </button>
    </div>
  );
}

function wordsOf(job: JobSummary | null): string {
  if (job === null) return 'asking …';
  if (job.state === 'queued') return 'waits for its turn';
  if (job.progress === null) return 'begins';
  const { done, total, what } = job.progress;
  return total > 0 ? `${done} of ${total}: ${what}` : `${done} ${what}`;
}

/** What went wrong, as the service says it. */
export function Problem({ problem }: { readonly problem: PageProblem }): JSX.Element {
  return (
    <div class={problem.isCancelled ? 'problem is-calm' : 'problem'} role="alert">
      <p>
        <strong>{problem.title}.</strong> {problem.detail}
      </p>
    </div>
  );
}

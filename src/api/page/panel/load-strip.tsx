import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Answer, Client, TraceEntry } from '../../../../clients/typescript/src/index.js';
import type { Fields } from '../state/question.js';
import { moment } from '../words/format.js';

const BARS = 168;
const TALL = 46;

type History = Answer<'forecast'>['history'];

/** The whole trace at a glance, with the part that the question is about. */
export function LoadStrip(props: {
  readonly client: Client;
  readonly trace: TraceEntry;
  readonly fields: Fields;
}): JSX.Element | null {
  const { client, trace, fields } = props;
  const [history, setHistory] = useState<History>([]);
  useEffect(() => {
    let isWanted = true;
    const show = (bins: History): void => {
      if (isWanted) setHistory(bins);
    };
    const binSeconds = Math.min(86_400, Math.max(1, trace.spanSeconds / BARS));
    client.ask('forecast', { traffic: { trace: trace.id }, model: 'last', steps: 1, binSeconds }).then(
      (answer) => show(answer.history),
      () => show([]), // a trace too short for a forecast has no strip
    );
    return () => {
      isWanted = false;
    };
  }, [client, trace.id]);
  if (history.length === 0) return null;
  const peak = history.reduce((top, bin) => ((bin.value ?? 0) > (top.value ?? 0) ? bin : top), history[0]!);
  const from = Number(fields.fromHours) * 3600;
  const length = fields.forHours === '' ? Infinity : Number(fields.forHours) * 3600;
  const x = (seconds: number): number => Math.max(0, Math.min(1, seconds / trace.spanSeconds)) * BARS;
  return (
    <svg
      class="strip"
      role="img"
      aria-label={`The whole trace, busiest around ${moment(peak.atSeconds, trace.startEpochSeconds)}; the part is marked`}
      viewBox={`0 0 ${BARS} ${TALL}`}
      preserveAspectRatio="none"
    >
      <rect class="part" x={x(from)} width={Math.max(0, x(from + length) - x(from))} y={0} height={TALL} />
      <path d={barsOf(history, peak.value ?? 1)} />
    </svg>
  );
}

function barsOf(history: History, most: number): string {
  const wide = BARS / history.length;
  return history
    .map(({ value }, i) => {
      const tall = ((value ?? 0) / most) * (TALL - 3);
      return `M${(i * wide).toFixed(2)} ${TALL}v${(-tall).toFixed(2)}h${(0.8 * wide).toFixed(2)}V${TALL}`;
    })
    .join('');
}

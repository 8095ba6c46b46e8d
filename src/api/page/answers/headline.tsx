import type { JSX } from 'preact';
import type { Tile } from '../words/table.js';

/** The answer in one line, why, and the numbers beside it. */
export function Headline({
  title,
  reason,
  caution = null,
  tiles,
}: {
  readonly title: string;
  readonly reason: string;
  readonly caution?: string | null;
  readonly tiles: readonly Tile[];
}): JSX.Element {
  return (
    <div class="headline">
      <h1>{title}</h1>
      <p class="reason">{reason}</p>
      {caution !== null && <p class="caution">{caution}</p>}
      {tiles.length > 0 && (
        <dl class="tiles">
          {tiles.map(({ label, value, note, isWarning = false }) => (
            <div class={isWarning ? 'tile is-warning' : 'tile'}>
              <dt>{label}</dt>
              <dd>{value}</dd>
              <dd class="note">{note}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

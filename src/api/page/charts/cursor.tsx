import type { ComponentChildren, JSX } from 'preact';

/** A chart that is read point by point: with the pointer, or with the arrow keys once it has the focus. */
export interface CursorProps {
  /** What the chart is, for screen readers. */
  readonly label: string;
  /** Points; their texts are what a reader hears and sees. */
  readonly count: number;
  readonly index: number | null;
  readonly text: (index: number) => string;
  readonly onIndex: (index: number | null) => void;
  /** Where a key leads from a point; default: left and right by one. */
  readonly onKey?: (index: number, key: string) => number | null;
  readonly children: ComponentChildren;
}

/** The focusable frame around a chart, and the line below it that says where the cursor is. */
export function Cursor(props: CursorProps): JSX.Element {
  const { label, count, index, text, onIndex, children } = props;
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onIndex(null);
    const next = (props.onKey ?? alongKeys(count))(index ?? -1, event.key);
    if (next === null) return;
    event.preventDefault();
    onIndex(Math.max(0, Math.min(count - 1, next)));
  };
  const words = index === null ? 'Point at the chart, or move along it with the arrow keys.' : text(index);
  return (
    <>
      <div
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={index ?? 0}
        aria-valuetext={words}
        onKeyDown={keyDown}
        onPointerLeave={() => onIndex(null)}
      >
        {children}
      </div>
      <p class={index === null ? 'readout is-hint' : 'readout'} aria-hidden="true">
        {words}
      </p>
    </>
  );
}

function alongKeys(count: number): (index: number, key: string) => number | null {
  return (index, key) => {
    switch (key) {
      case 'ArrowRight':
      case 'ArrowUp':
        return index + 1;
      case 'ArrowLeft':
      case 'ArrowDown':
        return index - 1;
      case 'PageUp':
        return index + Math.ceil(count / 10);
      case 'PageDown':
        return index - Math.ceil(count / 10);
      case 'Home':
        return 0;
      case 'End':
        return count - 1;
      default:
        return null;
    }
  };
}

import type { DataFrame } from 'danfojs-node';
import { hoursOfBins } from './target.js';
import type { LoadSeries } from './series.js';

/** Columns of a table, all of one length: numbers (NaN: missing) or texts. */
export type FrameColumns = Readonly<Record<string, ArrayLike<number> | readonly string[]>>;

/**
 * A danfojs frame of any table (scores, load), for printing, `describe` and notebooks; loads danfojs on first use (1.5 s of
 * CPU). Meant for tables of up to about 10,000 rows. The frame's own `tensor` is float32: read exact values from `values`.
 *
 * @throws RangeError when there are no columns, no rows, or columns of unequal length: danfojs has no frame for those
 */
export async function frameOf(columns: FrameColumns): Promise<DataFrame> {
  const names = Object.keys(columns);
  const lengths = new Set(names.map((name) => columns[name]!.length));
  const [rows = 0] = lengths;
  if (lengths.size !== 1 || rows === 0)
    throw new RangeError(
      `Cannot make a frame: need columns of one length above 0, got lengths ${[...lengths].join(', ')}`,
    );
  const danfo = await import('danfojs-node');
  // Plain arrays (danfojs refuses typed ones), and dtypes said aloud (it would take 2.5 for a whole number after 20 of those).
  const cells = Object.fromEntries(names.map((name) => [name, Array.from<number | string>(columns[name]!)]));
  const dtypes = names.map((name) => (typeof columns[name]![0] === 'string' ? 'string' : 'float32'));
  return new danfo.DataFrame(cells, { columns: names, config: displayOf(cells, rows), dtypes });
}

/** Shows every row and column, each as wide as its widest cell; danfojs would leave out what does not fit into its ten. */
function displayOf(cells: Record<string, (number | string)[]>, rows: number): object {
  const widths = Object.entries(cells).map(([name, column]) =>
    Math.max(name.length, ...column.map((cell) => String(cell).length)),
  );
  const columns = [String(rows - 1).length, ...widths].map((width) => ({ width }));
  return { tableMaxRow: rows + 1, tableMaxColInConsole: widths.length + 1, tableDisplayConfig: { columns } };
}

/**
 * A load series as a frame: one row per bin with `startSeconds` (from the first bin), `hour`, `weekday`, `requests`,
 * `promptTokens`, `outputTokens`; the last three are NaN where the bin is missing.
 */
export function loadFrame(load: LoadSeries): Promise<DataFrame> {
  const bins = load.requests.length;
  const known = (column: Float64Array): Float64Array => column.map((value, bin) => (load.observed[bin] ? value : NaN));
  return frameOf({
    startSeconds: Float64Array.from({ length: bins }, (_, bin) => bin * load.binSeconds),
    ...hoursOfBins(load, 0, bins),
    requests: known(load.requests),
    promptTokens: known(load.promptTokens),
    outputTokens: known(load.outputTokens),
  });
}

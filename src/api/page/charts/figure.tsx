import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { csvFile, download } from '../export/download.js';
import { pictureOf, type Snapshot } from '../export/picture.js';
import { csvOf, type Finding, type Table } from '../words/table.js';

/** A chart with its words. */
export interface FigureProps {
  /** Names the files. */
  readonly name: string;
  readonly finding: Finding;
  readonly snapshot: () => Promise<Snapshot>;
  readonly legend?: readonly { readonly name: string; readonly colour: string }[];
  readonly children: ComponentChildren;
}

/** A chart that explains itself: finding, sentence, legend, the chart, its table, and both as files. */
export function Figure({ name, finding, snapshot, legend = [], children }: FigureProps): JSX.Element {
  const { title, sentence, table } = finding;
  const savePicture = async (): Promise<void> =>
    download(`${name}.png`, await pictureOf(title, sentence, await snapshot()));
  return (
    <section class="figure" aria-labelledby={`${name}-title`}>
      <h2 id={`${name}-title`}>{title}</h2>
      <p class="sentence">{sentence}</p>
      {legend.length > 0 && (
        <ul class="legend" aria-label="Colours">
          {legend.map((entry) => (
            <li>
              <span class="key" style={{ background: `var(${entry.colour})` }} />
              {entry.name}
            </li>
          ))}
        </ul>
      )}
      {children}
      <div class="figure-foot">
        <TableBelow table={table} caption={title} />
        <span class="files">
          <button type="button" onClick={() => download(`${name}.csv`, csvFile(csvOf(table)))}>
            CSV
          </button>
          <button type="button" onClick={() => void savePicture()}>
            PNG
          </button>
        </span>
      </div>
    </section>
  );
}

/** The chart's numbers; its rows are made only once they are wanted. */
function TableBelow({ table, caption }: { readonly table: Table; readonly caption: string }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Table</summary>
      {isOpen && (
        <div class="table" role="region" aria-label={`Table: ${caption}`} tabIndex={0}>
          <table>
            <caption class="unseen">{caption}</caption>
            <thead>
              <tr>
                {table.columns.map((column) => (
                  <th scope="col">{column.replaceAll('_', ' ')}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row) => (
                <tr>
                  {row.map((value) => (
                    <td class={typeof value === 'number' ? 'is-number' : ''}>{shown(value)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function shown(value: string | number | null): string {
  if (value === null) return '–';
  return typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 4 }) : value;
}

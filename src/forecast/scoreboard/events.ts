import { InputError } from '../../base/index.js';
import { cellMoment, cellNumber, cellText, readBytes, scanRows, type CsvRow } from '../../trace/index.js';
import { meansOf, type SeriesValues } from './build-series.js';
import type { EventsSource } from './definitions.js';

interface Events {
  readonly seconds: number[];
  readonly tokens: number[];
}

/** Counts the rows of a table per bin, or takes the mean of their tokens. */
export async function seriesOfEvents(source: EventsSource, file: string): Promise<SeriesValues> {
  const { seconds, tokens } = await readEvents(source, file);
  const { binSeconds, offsetSeconds = 0 } = source;
  const origin = source.unit === 'date' ? (seconds[0] ?? 0) : 0;
  const binOf = (time: number): number => Math.floor((time - origin + offsetSeconds) / binSeconds);
  const bins = source.bins ?? binOf(seconds.at(-1) ?? 0);
  const counts = new Float64Array(bins);
  const sums = new Float64Array(bins);
  seconds.forEach((time, row) => {
    const bin = binOf(time);
    if (bin >= bins) return;
    counts[bin]!++;
    sums[bin]! += tokens[row]!;
  });
  return source.tokens === undefined ? { values: counts } : meansOf(sums, counts);
}

async function readEvents(source: EventsSource, file: string): Promise<Events> {
  const events: Events = { seconds: [], tokens: [] };
  let places: { time: number; tokens: number[] } | null = null;
  await scanRows(readBytes(file), file, (row) => {
    if (places === null) {
      places = placesOf(row, source, file);
      return;
    }
    events.seconds.push(secondsOf(row, places.time, source));
    events.tokens.push(places.tokens.reduce((sum, cell) => sum + cellNumber(row, cell), 0));
  });
  return events;
}

function placesOf(row: CsvRow, source: EventsSource, file: string): { time: number; tokens: number[] } {
  const header = Array.from({ length: row.cells }, (_, cell) => cellText(row, cell));
  const place = (name: string): number => {
    const index = header.indexOf(name);
    if (index < 0) throw new InputError(`${file}: needs a column ${name}, has ${header.join(', ')}`);
    return index;
  };
  return { time: place(source.time), tokens: (source.tokens ?? []).map(place) };
}

function secondsOf(row: CsvRow, cell: number, { unit }: EventsSource): number {
  if (unit === 'date') {
    const moment = { seconds: 0, nanos: 0 };
    return cellMoment(row, cell, moment) ? moment.seconds + moment.nanos / 1e9 : NaN;
  }
  return cellNumber(row, cell) / (unit === 'ms' ? 1000 : 1);
}

import { seededRandom } from '../base/index.js';

/** Row numbers that tree `tree` sees, ascending: each with chance `share`, drawn from the seed. */
export function sampleRows(rows: number, share: number, seed: number, tree: number): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  if (share === 1) return all;
  const random = seededRandom(seed, `rows of tree ${tree}`);
  return all.filter(() => random() < share);
}

/** Columns that tree `tree` sees, ascending: a share of all, at least one, drawn from the seed without putting back. */
export function sampleColumns(columns: number, share: number, seed: number, tree: number): Int32Array {
  const all = Int32Array.from({ length: columns }, (_, column) => column);
  const wanted = Math.max(1, Math.round(share * columns));
  if (wanted >= columns) return all;
  const random = seededRandom(seed, `columns of tree ${tree}`);
  for (let i = 0; i < wanted; i++) {
    const other = i + Math.floor(random() * (columns - i));
    [all[i], all[other]] = [all[other]!, all[i]!];
  }
  return all.slice(0, wanted).sort();
}

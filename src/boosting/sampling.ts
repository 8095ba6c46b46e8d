import { seededRandom } from '../base/index.js';

/** Row numbers that tree `tree` sees, ascending: each with chance `share`, drawn from the seed. */
export function sampleRows(rows: number, share: number, seed: number, tree: number): Int32Array {
  const chosen = new Int32Array(rows);
  const random = seededRandom(seed, `rows of tree ${tree}`);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    chosen[count] = row;
    if (share === 1 || random() < share) count++;
  }
  return chosen.subarray(0, count);
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

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * npm run bench -- NAME
 *
 * Runs one benchmark: `bench/NAME.ts`, whose default export measures and gives what is printed as the last line of stdout.
 */

/** What a benchmark found: `ok` says whether `ratio` (or what the figures say) reaches `goal`. */
export interface BenchResult {
  readonly bench: string;
  readonly figures: object;
  readonly ratio: number;
  readonly goal: number;
  readonly ok: boolean;
}

const name = process.argv[2] ?? '';
const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
if (!/^[a-z][a-z-]*$/.test(name) || name === 'run' || !existsSync(file)) {
  process.stderr.write(`error: usage: npm run bench -- NAME, and there is no bench/${name}.ts\n`);
  process.exitCode = 2;
} else {
  const { default: bench } = (await import(file)) as { default: () => Promise<BenchResult> | BenchResult };
  const result = await bench();
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (!result.ok) process.exitCode = 1;
}

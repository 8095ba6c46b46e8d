import { packageFile } from '../base/index.js';
import { BURSTGPT_MODEL, generateTrace } from './generator/index.js';
import type { Trace } from './trace.js';

/** Seed of the embedded week. */
const WEEK_SEED = 16;

/** The path of the embedded week: a modelled trace of seven days that ships with the package. */
export function embeddedTracePath(): string {
  return packageFile('data/modelled-week.csv.gz');
}

/** The embedded week, generated anew: what `npm run generate:week` writes. */
export function modelledWeek(): Trace {
  return generateTrace(BURSTGPT_MODEL, { days: 7, seed: WEEK_SEED });
}

import { packageFile } from '../base/index.js';
import { BURSTGPT_MODEL, generateTrace, type GenerateOptions, type GeneratorModel } from './generator/index.js';
import type { Trace } from './trace.js';

/** What `data/README.md` has as `--days` and `--seed`. */
const WEEK: GenerateOptions = { days: 7, seed: 27 };

/** The path of the embedded week: a modelled trace of seven days that ships with the package. */
export function embeddedTracePath(): string {
  return packageFile('data/modelled-week.csv.gz');
}

/** The embedded week, generated anew: what the command in `data/README.md` writes. */
export function modelledWeek(): Trace {
  return generateTrace(withoutSessions(BURSTGPT_MODEL), WEEK);
}

/** A model whose requests stand alone. */
export function withoutSessions(model: GeneratorModel): GeneratorModel {
  return { ...model, services: model.services.map((service) => ({ ...service, sessions: null })) };
}

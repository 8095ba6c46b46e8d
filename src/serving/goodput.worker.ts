import type { Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { goodput, type Goodput, type GoodputOptions } from './goodput.js';
import type { StaticDeployment } from './simulate.js';

/** The goodput of one deployment, as a task of the worker pool. */
export interface GoodputTask {
  readonly unitTrace: Trace;
  readonly deployment: StaticDeployment;
  readonly slo: Slo;
  readonly options: GoodputOptions;
}

/** The task itself. */
export default function run({ unitTrace, deployment, slo, options }: GoodputTask): Goodput {
  return goodput(unitTrace, deployment, slo, options);
}

import { InputError, parseDuration, seededRandom } from '../base/index.js';
import {
  failedCount,
  fitModel,
  fromZero,
  generateTrace,
  loadScale,
  meanRateOf,
  observedSpan,
  requestCount,
  rpsScale,
  sliceTrace,
  type Trace,
} from '../trace/index.js';
import { oneOf, wholeNumber } from './numbers.js';
import { formatCount } from './output.js';

/** The flags that cut and scale a trace, as commander gives them; shared by `simulate` and `replay`. */
export interface WindowFlags {
  readonly from?: string;
  readonly to?: string;
  readonly for?: string;
  readonly scaling: string;
  readonly seed: string;
}

/** Most requests of one run: their columns must fit in memory. */
const MOST_REQUESTS = 20_000_000;

/**
 * The window of a trace that the flags mean, with second 0 at its start; the whole trace where they name none.
 *
 * @throws InputError when it is past the end of the trace, or ends before it starts
 */
export function cutTrace(trace: Trace, flags: Pick<WindowFlags, 'from' | 'to' | 'for'>): Trace {
  if (flags.from === undefined && flags.for === undefined && flags.to === undefined) return trace;
  if (flags.for !== undefined && flags.to !== undefined) throw new InputError('give either --for or --to, not both');
  const { start, end } = observedSpan(trace);
  const from = start + (flags.from === undefined ? 0 : parseDuration(flags.from, '--from'));
  if (from >= end)
    throw new InputError(`--from ${flags.from ?? ''} is past the end of the trace (${Math.round(end - start)} s long)`);
  let to = end + 1e-6;
  if (flags.for !== undefined) to = from + parseDuration(flags.for, '--for');
  if (flags.to !== undefined) to = start + parseDuration(flags.to, '--to');
  if (to <= from) throw new InputError(`--to must be after --from, got ${flags.to ?? ''} and ${flags.from ?? '0s'}`);
  return fromZero(sliceTrace(trace, from, to));
}

/** Ways to change the load of a trace. @source BurstGPT 4.2 */
export const SCALINGS = ['load', 'rps', 'modelled'] as const;

/**
 * The trace at a mean rate of served requests. `load` keeps time, and multiplies the counts of its bins; `rps` shrinks time; `modelled`
 * fits Gamma arrivals that change every 20 minutes and Zipf lengths, and draws a new trace of the same length.
 *
 * @param rate requests per second; null: as it is, and with `modelled` drawn anew at the trace's own rate
 * @throws InputError when the trace has nothing to scale, or too much would come out
 */
export function scaleToRate(trace: Trace, rate: number | null, { scaling, seed }: WindowFlags): Trace {
  const kind = oneOf('--scaling', SCALINGS, scaling);
  if (rate === null && kind !== 'modelled') return trace;
  const { start, end } = observedSpan(trace);
  const served = requestCount(trace) - failedCount(trace);
  if (served === 0 || end === start) throw new InputError('--rate needs a trace with served requests over some time');
  const factor = rate === null ? 1 : (rate * (end - start)) / served;
  if (kind === 'rps') return rpsScale(trace, 1 / factor);
  if (factor * requestCount(trace) > MOST_REQUESTS)
    throw new InputError(
      `--rate ${rate ?? 0} makes ${formatCount(factor * requestCount(trace))} requests, more than ${formatCount(MOST_REQUESTS)}: take a part with --from and --for`,
    );
  const wholeSeed = wholeNumber('--seed', seed, 0, Number.MAX_SAFE_INTEGER);
  return kind === 'load'
    ? loadScale(trace, factor, seededRandom(wholeSeed, 'load scaling'))
    : modelledScale(trace, factor, wholeSeed);
}

const DAY = 86400;

function modelledScale(trace: Trace, factor: number, seed: number): Trace {
  const { start, end } = observedSpan(trace);
  const model = fitModel(fromZero(trace), { name: 'scaled', firstWeekday: 0, keepsCourse: true });
  return generateTrace(model, { days: (end - start) / DAY, seed, meanRate: meanRateOf(model) * factor });
}

import { InputError, parseDuration, seededRandom } from '../base/index.js';
import {
  failedCount,
  fromZero,
  loadScale,
  observedSpan,
  requestCount,
  rpsScale,
  sliceTrace,
  type Trace,
} from '../trace/index.js';
import { wholeNumber } from './numbers.js';
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

/**
 * The trace at a mean rate of served requests, by load or RPS scaling.
 *
 * @param rate requests per second; null: as it is
 * @throws InputError when the trace has nothing to scale, or too much would come out
 */
export function scaleToRate(trace: Trace, rate: number | null, { scaling, seed }: WindowFlags): Trace {
  if (rate === null) return trace;
  const { start, end } = observedSpan(trace);
  const served = requestCount(trace) - failedCount(trace);
  if (served === 0 || end === start) throw new InputError('--rate needs a trace with served requests over some time');
  const factor = (rate * (end - start)) / served;
  if (scaling === 'rps') return rpsScale(trace, 1 / factor);
  if (factor * requestCount(trace) > MOST_REQUESTS)
    throw new InputError(
      `--rate ${rate} makes ${formatCount(factor * requestCount(trace))} requests, more than ${formatCount(MOST_REQUESTS)}: take a part with --from and --for`,
    );
  return loadScale(
    trace,
    factor,
    seededRandom(wholeNumber('--seed', seed, 0, Number.MAX_SAFE_INTEGER), 'load scaling'),
  );
}

import { InputError } from '../../base/index.js';
import { filterTrace } from '../slice.js';
import { burstinessWindows, isInWholeSeconds } from '../statistics/burstiness-windows.js';
import type { Trace } from '../trace.js';
import { fitArrivals } from './fit-arrivals.js';
import { fitModelShares } from './fit-lengths.js';
import { fitSessions } from './fit-sessions.js';
import type { GeneratorModel, ServiceModel, WindowSequence } from './model.js';

/** The width of a model's windows: that of the paper, and of `burstinessWindows`. */
const WINDOW_SECONDS = 1200;

/** How a model is fitted. */
export interface FitOptions {
  readonly name: string;
  /** Weekday of the trace's second 0, Monday = 0: tells weekends from working days. */
  readonly firstWeekday: number;
  /** Keep the laws window by window as they were, so that a generated trace follows this one's course. */
  readonly keepsCourse?: boolean;
}

/**
 * A model of a trace: what `generateTrace` needs to draw more like it.
 *
 * @throws InputError when the trace has no served request
 */
export function fitModel(trace: Trace, options: FitOptions): GeneratorModel {
  const { name, firstWeekday, keepsCourse = false } = options;
  const isWholeSeconds = isInWholeSeconds(trace.arrival);
  const services: ServiceModel[] = [];
  for (const service of trace.serviceNames) {
    const part = filterTrace(trace, { service });
    const models = fitModelShares(part);
    if (models.length === 0) continue;
    services.push({
      name: service,
      ...fitArrivals(part, { windowSeconds: WINDOW_SECONDS, firstWeekday, isWholeSeconds }),
      sessions: fitSessions(part),
      windows: keepsCourse ? courseOf(part, isWholeSeconds) : null,
      models,
    });
  }
  if (services.length === 0) throw new InputError('a model needs a trace with requests that did not fail');
  return { name, source: 'fitted by foresail trace fit', firstWeekday, windowSeconds: WINDOW_SECONDS, services };
}

/** The laws of every window; where a window has too few gaps for its shape, Poisson at its own count. */
function courseOf(trace: Trace, isWholeSeconds: boolean): WindowSequence {
  const end = trace.endSeconds ?? trace.arrival.at(-1) ?? 0;
  const counts = new Float64Array(Math.max(1, Math.ceil(end / WINDOW_SECONDS - 1e-9)));
  for (const at of trace.arrival) counts[Math.min(counts.length - 1, Math.floor(at / WINDOW_SECONDS))]!++;
  const shape = Array.from(counts, () => 1);
  const scaleSeconds = Array.from(counts, (count) => (count > 0 ? WINDOW_SECONDS / count : null));
  for (const { startSeconds, likelihood } of burstinessWindows(trace.arrival, isWholeSeconds)) {
    const window = Math.round(startSeconds / WINDOW_SECONDS);
    if (!likelihood) continue;
    shape[window] = likelihood.shape;
    scaleSeconds[window] = WINDOW_SECONDS / (counts[window]! * likelihood.shape);
  }
  const rounded = (value: number): number => Number(value.toPrecision(6));
  return {
    shape: shape.map(rounded),
    scaleSeconds: scaleSeconds.map((scale) => (scale === null ? null : rounded(scale))),
  };
}

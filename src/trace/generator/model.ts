/**
 * What `generateTrace` draws a trace from. Plain data, so that a model can be written by hand, kept as JSON, or fitted from
 * a trace. Rates are requests per hour, lengths tokens, times seconds where a name says nothing else.
 */
export interface GeneratorModel {
  readonly name: string;
  /** Where its numbers come from. */
  readonly source: string;
  /** Weekday of day 0, Monday = 0. */
  readonly firstWeekday: number;
  /** Rate and burstiness change once in so many seconds. @source BurstGPT 3.1: every 20 minutes */
  readonly windowSeconds: number;
  readonly services: readonly ServiceModel[];
}

/** One service's requests: a periodic load that people make, and regimes of many requests that programs make. */
export interface ServiceModel {
  readonly name: string;
  /** Mean requests per hour of the day, [24] each, of working days and of Saturday and Sunday. */
  readonly hourly: { readonly weekday: readonly number[]; readonly weekend: readonly number[] };
  /** How the rate of a window strays from its hour. */
  readonly wander: Wander;
  readonly burstiness: LogNormal;
  readonly bursts: BurstModel | null;
  /** Conversations of several requests; null: every request stands alone. */
  readonly sessions: SessionModel | null;
  /** Given laws, window by window, in place of profile, wander, burstiness and bursts; they start anew where they end. */
  readonly windows: WindowSequence | null;
  readonly models: readonly ModelShare[];
}

/** A factor that is log-normal with mean 1, correlated from window to window. */
export interface Wander {
  readonly logDeviation: number;
  readonly correlation: number;
}

/** A log-normal law. As burstiness: of the Gamma shape, drawn anew for each window; `median` 1 is Poisson, below is burstier. */
export interface LogNormal {
  readonly median: number;
  readonly logDeviation: number;
}

/**
 * Regimes of hours in which a service gets many requests, at any time of the day.
 *
 * @source BurstGPT 3.1, Figs 3 and 5: API use is aperiodic and bursty
 */
export interface BurstModel {
  readonly perDay: number;
  readonly hours: LogNormal;
  readonly requestsPerHour: LogNormal;
  readonly wander: Wander;
  readonly burstiness: LogNormal;
}

/** The Gamma law of gaps in each window: mean gap = shape * scale. @source BurstGPT 4.2, where the scale is called β */
export interface WindowSequence {
  readonly shape: readonly number[];
  /** Null: no requests in the window. */
  readonly scaleSeconds: readonly (number | null)[];
  /** Exponent of request lengths in each window, in place of the models' own. */
  readonly zipfExponent?: readonly number[];
}

/** Conversations. @source BurstGPT 3.2 */
export interface SessionModel {
  /** Share of conversations of one request. */
  readonly shareOfOne: number;
  /** Mean requests of the others, at least 2: geometric. */
  readonly meanOfOthers: number;
  readonly intervalSeconds: LogNormal;
}

/** One model's part of a service. Shares of a service sum to 1. */
export interface ModelShare {
  readonly name: string;
  readonly share: number;
  /** Share of requests that fail. @source BurstGPT 3.4 */
  readonly failureRate: number;
  readonly prompt: ZipfLengths;
  readonly response: ResponseModel;
}

/** Request lengths: the weight of length l falls as l^-exponent. @source BurstGPT 3.3, Fig 7 */
export interface ZipfLengths {
  readonly exponent: number;
  readonly least: number;
  readonly most: number;
}

/** Lengths of responses, given the request's. */
export type ResponseModel = LineResponses | QuantileResponses;

/**
 * Short answers (log-normal), or long ones around a line in the request's length, with a normal spread.
 * @source BurstGPT 3.3, Figs 7 and 8: bimodal, linear in the request's length, symmetric around it
 */
export interface LineResponses {
  readonly kind: 'line';
  readonly shortShare: number;
  readonly short: LogNormal;
  readonly long: { readonly base: number; readonly perPromptToken: number; readonly deviation: number };
  readonly most: number;
}

/** As they were seen: evenly spaced quantiles, from the least to the most, for ranges of request lengths. */
export interface QuantileResponses {
  readonly kind: 'quantiles';
  /** Rising; a request belongs to the first range whose `promptBelow` lies above it, or to the last. */
  readonly ranges: readonly { readonly promptBelow: number; readonly quantiles: readonly number[] }[];
}

/**
 * What `generateTrace` draws a trace from. Plain data, so that a model can be written by hand, kept as JSON, or fitted from
 * a trace. Rates are requests per second, lengths tokens, times seconds.
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

/** One service's requests: a periodic load that people make, and bursts that programs make. */
export interface ServiceModel {
  readonly name: string;
  /** Mean requests per hour of the day, [24] each, of working days and of Saturday and Sunday. */
  readonly hourly: { readonly weekday: readonly number[]; readonly weekend: readonly number[] };
  /** How the rate of a window strays from its hour: log-normal with mean 1, correlated from window to window. */
  readonly wander: { readonly logDeviation: number; readonly correlation: number };
  readonly burstiness: GammaShapeModel;
  readonly bursts: BurstModel | null;
  readonly models: readonly ModelShare[];
}

/** The Gamma shape of gaps, drawn anew for each window: log-normal, `median` 1 is Poisson, below is burstier. */
export interface GammaShapeModel {
  readonly median: number;
  readonly logDeviation: number;
}

/** Bursts: trains of like requests that come at any hour. */
export interface BurstModel {
  readonly perDay: number;
  readonly requests: { readonly median: number; readonly logDeviation: number };
  readonly seconds: { readonly median: number; readonly logDeviation: number };
  readonly shape: number;
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

/**
 * Response lengths: short answers (log-normal), or long ones around a line in the request's length, with a normal spread.
 * @source BurstGPT 3.3, Figs 7 and 8: bimodal, linear in the request's length, symmetric around it
 */
export interface ResponseModel {
  readonly shortShare: number;
  readonly short: { readonly median: number; readonly logDeviation: number };
  readonly long: { readonly base: number; readonly perPromptToken: number; readonly deviation: number };
  readonly most: number;
}

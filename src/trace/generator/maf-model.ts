import type { GeneratorModel } from './model.js';

/** How the steady load of functions moves over the day: little. Requests per hour at 1.64 a second in the mean. */
const HOURLY = Array.from({ length: 24 }, (_, hour) =>
  Number((3600 * 1.64 * (1 + 0.12 * Math.sin(((hour - 9) / 12) * Math.PI))).toFixed(1)),
);

/**
 * A load like that of Azure Functions 2021 (MAF2): 1.64 requests a second, steady, about Poisson, no failures. Functions have no
 * tokens, so lengths are those of the paper's experiments: Zipf of 1.1, and responses that do not look at the request.
 *
 * @source BurstGPT 2.2 (rate, burstiness "much less severe"), 5 (θ = 1.1), 5.1
 */
export const MAF_MODEL: GeneratorModel = {
  name: 'maf',
  source: 'the mean rate and steadiness of Azure Functions 2021 that the BurstGPT paper states; not fitted',
  firstWeekday: 3,
  windowSeconds: 1200,
  services: [
    {
      name: 'functions',
      hourly: { weekday: HOURLY, weekend: HOURLY.map((value) => Number((value * 0.95).toFixed(1))) },
      wander: { logDeviation: 0.05, correlation: 0.9 },
      burstiness: { median: 1, logDeviation: 0.1 },
      bursts: null,
      sessions: null,
      windows: null,
      models: [
        {
          name: 'ChatGPT',
          share: 1,
          failureRate: 0,
          prompt: { exponent: 1.1, least: 8, most: 2049 },
          response: {
            kind: 'line',
            shortShare: 0.25,
            short: { median: 35, logDeviation: 0.9 },
            long: { base: 260, perPromptToken: 0, deviation: 180 },
            most: 2048,
          },
        },
      ],
    },
  ],
};

import type { GeneratorModel, ModelShare } from './model.js';

/**
 * Conversation requests per hour of the day, means over days 0-40 of BurstGPT part 1.
 * @source BurstGPT Fig 4, and the hourly counts published with the trace
 */
const WEEKDAY = [
  86.34, 49.41, 29.55, 13.34, 8.55, 6.59, 5.03, 7.69, 33.07, 170.76, 256.07, 246.52, 101.86, 151.14, 238.03, 288.38,
  304.41, 221.83, 140.31, 170.62, 184.1, 184.52, 162.41, 136.21,
];
const WEEKEND = [
  48.5, 32.83, 16.92, 11.08, 3.58, 3.92, 2.75, 4.5, 11.25, 38.5, 90.83, 93.0, 54.33, 71.75, 103.83, 144.0, 151.0,
  126.42, 73.17, 91.92, 118.92, 134.83, 130.67, 106.33,
];

/**
 * Failures: week 1 counts 886 of 12,566 conversation requests to ChatGPT, 650 of 6,554 to GPT-4, 2 of 279 by API. Lengths:
 * Zipf-like; exponent and response line are set so that a request has about 870 tokens in the mean, as the daily totals say.
 */
const CONVERSATION: readonly ModelShare[] = [
  {
    name: 'ChatGPT',
    share: 0.657,
    failureRate: 0.0705,
    prompt: { exponent: 0.58, least: 8, most: 2049 },
    response: {
      kind: 'line',
      shortShare: 0.25,
      short: { median: 35, logDeviation: 0.9 },
      long: { base: 260, perPromptToken: 0.12, deviation: 180 },
      most: 2048,
    },
  },
  {
    name: 'GPT-4',
    share: 0.343,
    failureRate: 0.0992,
    prompt: { exponent: 0.75, least: 8, most: 2816 },
    response: {
      kind: 'line',
      shortShare: 0.2,
      short: { median: 40, logDeviation: 0.9 },
      long: { base: 220, perPromptToken: 0.11, deviation: 140 },
      most: 1600,
    },
  },
];

const API: readonly ModelShare[] = [
  {
    name: 'ChatGPT',
    share: 0.9,
    failureRate: 0.007,
    prompt: { exponent: 0.55, least: 16, most: 1024 },
    response: {
      kind: 'line',
      shortShare: 0.9,
      short: { median: 45, logDeviation: 0.3 },
      long: { base: 120, perPromptToken: 0.1, deviation: 50 },
      most: 600,
    },
  },
  {
    name: 'GPT-4',
    share: 0.1,
    failureRate: 0.002,
    prompt: { exponent: 0.55, least: 16, most: 1024 },
    response: {
      kind: 'line',
      shortShare: 0.6,
      short: { median: 45, logDeviation: 0.6 },
      long: { base: 150, perPromptToken: 0.2, deviation: 80 },
      most: 600,
    },
  },
];

/**
 * A model of the first weeks of BurstGPT part 1, from its published statistics: conversation with daily and weekly periods,
 * API traffic that is quiet but for regimes of hours. Volumes are those of a week with few of them (about 19,000 requests).
 * Conversations: over 35 % have one request, the median has 2, three quarters at most 4; intervals as in the first rows of part 3.
 *
 * @source BurstGPT sections 3.1 to 3.4 (Figs 2-9, 11)
 */
export const BURSTGPT_MODEL: GeneratorModel = {
  name: 'burstgpt-week',
  source: 'published statistics of BurstGPT (Wang et al., KDD 2025), CC BY 4.0',
  firstWeekday: 2,
  windowSeconds: 1200,
  services: [
    {
      name: 'conversation',
      hourly: { weekday: WEEKDAY, weekend: WEEKEND },
      wander: { logDeviation: 0.3, correlation: 0.8 },
      burstiness: { median: 0.9, logDeviation: 0.35 },
      bursts: null,
      sessions: { shareOfOne: 0.36, meanOfOthers: 4, intervalSeconds: { median: 123, logDeviation: 1.6 } },
      windows: null,
      models: CONVERSATION,
    },
    {
      name: 'api',
      hourly: { weekday: new Array<number>(24).fill(0.4), weekend: new Array<number>(24).fill(0.2) },
      wander: { logDeviation: 0.8, correlation: 0.8 },
      burstiness: { median: 0.3, logDeviation: 0.5 },
      bursts: {
        perDay: 0.25,
        hours: { median: 2, logDeviation: 0.8 },
        requestsPerHour: { median: 60, logDeviation: 0.8 },
        wander: { logDeviation: 0.5, correlation: 0.5 },
        burstiness: { median: 0.4, logDeviation: 0.5 },
      },
      sessions: null,
      windows: null,
      models: API,
    },
  ],
};

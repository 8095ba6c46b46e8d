import { seededRandom, type Random } from '../../base/index.js';
import type { Trace } from '../trace.js';
import { drawOutputTokens, drawPromptTokens } from './lengths.js';
import type { GeneratorModel, ModelShare, ServiceModel } from './model.js';
import { requestTimes } from './times.js';

const DAY = 86400;
const HOUR = 3600;

/** What to generate from a model. */
export interface GenerateOptions {
  /** Length of the trace, above 0; fractions of a day are allowed. */
  readonly days: number;
  readonly seed: number;
  /** Mean requests per second over a week to aim for; default: the model's own. */
  readonly meanRate?: number;
}

interface Request {
  readonly at: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly model: string;
  readonly service: number;
}

/**
 * A trace drawn from a model: second 0 is midnight of the model's day 0; no dates. The same seed gives the same trace.
 *
 * @throws RangeError when `days` or `meanRate` is not above 0
 */
export function generateTrace(model: GeneratorModel, options: GenerateOptions): Trace {
  const { days, seed, meanRate } = options;
  if (!(days > 0 && Number.isFinite(days))) throw new RangeError(`Cannot generate: days must be above 0, got ${days}`);
  if (meanRate !== undefined && !(meanRate > 0))
    throw new RangeError(`Cannot generate: the mean rate must be above 0, got ${meanRate}`);
  const factor = meanRate === undefined ? 1 : meanRate / meanRateOf(model);
  const requests = model.services.flatMap((service, code) => {
    const random = (label: string): Random => seededRandom(seed, `${service.name} ${label}`);
    return serviceRequests(model, service, code, days, factor, random);
  });
  requests.sort((a, b) => a.at - b.at);
  return traceOf(model, requests, days * DAY);
}

/** Requests per second that a model makes over a week, in the mean. */
export function meanRateOf(model: GeneratorModel): number {
  let perWeek = 0;
  for (const { hourly, bursts } of model.services) {
    const sum = (hours: readonly number[]): number => hours.reduce((total, value) => total + value, 0);
    perWeek += 5 * sum(hourly.weekday) + 2 * sum(hourly.weekend);
    if (bursts) perWeek += 7 * bursts.perDay * bursts.requests.median * Math.exp(bursts.requests.logDeviation ** 2 / 2);
  }
  return perWeek / (7 * 24 * HOUR);
}

function serviceRequests(
  model: GeneratorModel,
  service: ServiceModel,
  code: number,
  days: number,
  factor: number,
  random: (label: string) => Random,
): Request[] {
  const lengths = random('lengths');
  const templates = new Map<number, { share: ModelShare; promptTokens: number }>();
  const times = requestTimes(model, service, days, factor, random).sort((a, b) => a.at - b.at);
  return times.map(({ at, burst }) => {
    let template = templates.get(burst);
    if (!template || burst < 0) {
      const share = drawModel(service.models, lengths);
      template = { share, promptTokens: drawPromptTokens(share.prompt, lengths) };
      templates.set(burst, template);
    }
    const { share } = template;
    // The requests of a burst come from one program: one model, prompts of nearly one length.
    const stray = burst < 0 ? 1 : 0.95 + 0.1 * lengths();
    const promptTokens = Math.max(share.prompt.least, Math.round(template.promptTokens * stray));
    const isFailed = lengths() < share.failureRate;
    const outputTokens = drawOutputTokens(share.response, promptTokens, lengths);
    return isFailed
      ? { at, promptTokens: 0, outputTokens: 0, model: share.name, service: code }
      : { at, promptTokens, outputTokens, model: share.name, service: code };
  });
}

function drawModel(models: readonly ModelShare[], random: Random): ModelShare {
  let point = random();
  return models.find(({ share }) => (point -= share) < 0) ?? models.at(-1)!;
}

function traceOf(model: GeneratorModel, requests: readonly Request[], endSeconds: number): Trace {
  const modelNames = [...new Set(model.services.flatMap(({ models }) => models.map(({ name }) => name)))];
  return {
    arrival: Float64Array.from(requests, ({ at }) => at),
    promptTokens: Uint32Array.from(requests, ({ promptTokens }) => promptTokens),
    outputTokens: Uint32Array.from(requests, ({ outputTokens }) => outputTokens),
    model: Uint8Array.from(requests, (request) => modelNames.indexOf(request.model)),
    service: Uint8Array.from(requests, ({ service }) => service),
    session: new Int32Array(requests.length).fill(-1),
    elapsed: new Float32Array(requests.length).fill(NaN),
    modelNames,
    serviceNames: model.services.map(({ name }) => name),
    startEpochSeconds: null,
    timeZone: 'UTC',
    endSeconds,
  };
}

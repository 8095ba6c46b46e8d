import { seededRandom, type Random } from '../../base/index.js';
import { finishedColumns, growingColumns, makeRoom } from '../readers/trace-builder.js';
import type { Trace } from '../trace.js';
import { conversationsOf } from './conversations.js';
import { windowDrawer } from './draw-windows.js';
import { drawOutputTokens, evenRandom, promptTokensAt } from './lengths.js';
import type { GeneratorModel, ServiceModel } from './model.js';
import { planWindows, type WindowPlan } from './plan-windows.js';
import { meanOfLogNormal } from './rates.js';

const DAY = 86400;
const HOUR = 3600;

/** What to generate from a model. */
export interface GenerateOptions {
  /** Length of the trace, above 0; fractions of a day are allowed. */
  readonly days: number;
  readonly seed: number;
  /** Mean requests per second over a week to aim for; default: the model's own. */
  readonly meanRate?: number | undefined;
}

/** One generated request. Codes as in `generatedNames`. */
export interface GeneratedRequest {
  readonly at: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly model: number;
  readonly service: number;
  /** -1: it stands alone. */
  readonly session: number;
}

/** Names of the codes of generated requests. */
export function generatedNames(model: GeneratorModel): { modelNames: string[]; serviceNames: string[] } {
  return {
    modelNames: [...new Set(model.services.flatMap(({ models }) => models.map(({ name }) => name)))],
    serviceNames: model.services.map(({ name }) => name),
  };
}

/**
 * Draws requests window by window, each window's in order of arrival: any number of days in little memory. Second 0 is midnight of
 * the model's day 0. The same model, seed and options give the same requests.
 *
 * @throws RangeError when `days` or `meanRate` is not above 0
 */
export function* generateWindows(model: GeneratorModel, options: GenerateOptions): Generator<GeneratedRequest[]> {
  const { days } = checked(options);
  const end = days * DAY;
  const services = openServices(model, options);
  const windows = Math.ceil(end / model.windowSeconds - 1e-9);
  for (let window = 0; window < windows; window++) {
    const requests = services.flatMap((draw) => draw(window)).filter(({ at }) => at < end);
    yield requests.sort((a, b) => a.at - b.at || a.service - b.service);
  }
}

/**
 * A trace drawn from a model, whole; no dates.
 *
 * @throws RangeError as `generateWindows`
 */
export function generateTrace(model: GeneratorModel, options: GenerateOptions): Trace {
  const columns = growingColumns();
  for (const requests of generateWindows(model, options))
    for (const request of requests) {
      makeRoom(columns);
      const row = columns.length++;
      columns.arrival[row] = request.at;
      columns.promptTokens[row] = request.promptTokens;
      columns.outputTokens[row] = request.outputTokens;
      columns.model[row] = request.model;
      columns.service[row] = request.service;
      columns.session[row] = request.session;
      columns.elapsed[row] = NaN;
    }
  const clock = { startEpochSeconds: null, timeZone: 'UTC', endSeconds: options.days * DAY };
  return { ...finishedColumns(columns), ...generatedNames(model), ...clock };
}

/** The laws from which `generateWindows` draws each service's arrivals, in the order of the model's services. */
export function plannedWindows(model: GeneratorModel, options: GenerateOptions): WindowPlan[] {
  const { days, seed, meanRate } = checked(options);
  const factor = meanRate === undefined ? 1 : meanRate / meanRateOf(model);
  return model.services.map((service) => planWindows(model, service, days, factor, streamsOf(seed, service)));
}

/** Requests per second that a model makes over a week, in the mean. */
export function meanRateOf(model: GeneratorModel): number {
  return model.services.reduce((sum, service) => sum + meanRateOfService(service), 0);
}

function meanRateOfService({ hourly, bursts, windows }: ServiceModel): number {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  if (windows) {
    const rates = windows.shape.map((shape, i) => 1 / (shape * (windows.scaleSeconds[i] ?? Infinity)));
    return sum(rates) / rates.length;
  }
  const perWeek = 5 * sum(hourly.weekday) + 2 * sum(hourly.weekend);
  const inBursts = bursts
    ? 7 * bursts.perDay * meanOfLogNormal(bursts.hours) * meanOfLogNormal(bursts.requestsPerHour)
    : 0;
  return (perWeek + inBursts) / (7 * 24 * HOUR);
}

function checked(options: GenerateOptions): GenerateOptions {
  const { days, meanRate } = options;
  if (!(days > 0 && Number.isFinite(days))) throw new RangeError(`Cannot generate: days must be above 0, got ${days}`);
  if (meanRate !== undefined && !(meanRate > 0))
    throw new RangeError(`Cannot generate: the mean rate must be above 0, got ${meanRate}`);
  return options;
}

function streamsOf(seed: number, service: ServiceModel): (label: string) => Random {
  return (label) => seededRandom(seed, `${service.name} ${label}`);
}

function openServices(model: GeneratorModel, options: GenerateOptions): ((window: number) => GeneratedRequest[])[] {
  const plans = plannedWindows(model, options);
  const { modelNames } = generatedNames(model);
  let sessions = 0;
  return model.services.map((service, code) =>
    openService(model, service, code, plans[code]!, modelNames, streamsOf(options.seed, service), () => sessions++),
  );
}

function openService(
  { windowSeconds }: GeneratorModel,
  service: ServiceModel,
  code: number,
  plan: WindowPlan,
  modelNames: readonly string[],
  random: (label: string) => Random,
  nextSession: () => number,
): (window: number) => GeneratedRequest[] {
  const arrivals = windowDrawer(plan, windowSeconds, random('gaps'));
  const [choices, failures, responses] = [random('models'), random('failures'), random('responses')];
  const prompts = service.models.map(({ name }) => evenRandom(random(`prompts ${name}`)));
  const drawModel = (): number => {
    let point = choices();
    const found = service.models.findIndex(({ share }) => (point -= share) < 0);
    return found < 0 ? service.models.length - 1 : found;
  };
  const conversationAt = service.sessions
    ? conversationsOf(service.sessions, random('conversations'), () => ({ id: nextSession(), model: drawModel() }))
    : null;
  return (window) =>
    Array.from(arrivals(), (at) => {
      const conversation = conversationAt?.(at);
      const place = conversation?.model ?? drawModel();
      const share = service.models[place]!;
      const shared = {
        ...{ at, model: modelNames.indexOf(share.name), service: code, session: conversation?.id ?? -1 },
      };
      if (failures() < share.failureRate) return { ...shared, promptTokens: 0, outputTokens: 0 };
      const exponent = plan.zipfExponent?.[window] ?? share.prompt.exponent;
      const promptTokens = promptTokensAt({ ...share.prompt, exponent }, prompts[place]!());
      return { ...shared, promptTokens, outputTokens: drawOutputTokens(share.response, promptTokens, responses) };
    });
}

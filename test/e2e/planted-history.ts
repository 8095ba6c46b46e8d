import { METRIC } from '../../src/vllm/index.js';

/** A pod whose every request is known, and when it was scraped. */
export interface PlantedPod {
  readonly name: string;
  readonly arrivals: readonly number[];
  /** Seconds that a request lasts. */
  readonly lasting: number;
  /** Every 15 s. */
  readonly scrapes: readonly number[];
  /** When its engine began anew, with nothing in flight; Infinity: never. */
  readonly restartAt: number;
}

/** A life of a pod: one request every so many seconds, from its start to its end. */
export interface PlantedLife {
  readonly from: number;
  readonly to: number;
  /** Its scrapes come so long after every 15 s. */
  readonly phase: number;
  readonly every: number;
  readonly lasting: number;
  readonly restartAt?: number;
}

const SCRAPE_SECONDS = 15;
const PROMPT = 100;
const OUTPUT = 10;

/** Plants a pod. Around a restart nothing arrives, so that none is lost with it. */
export function planted(
  name: string,
  { from, to, phase, every, lasting, restartAt = Infinity }: PlantedLife,
): PlantedPod {
  const count = (seconds: number): number[] => Array.from({ length: Math.ceil((to - from) / seconds) }, (_, i) => i);
  const arrivals = count(every).map((i) => from + i * every);
  const first = Math.ceil((from - phase) / SCRAPE_SECONDS) * SCRAPE_SECONDS + phase;
  return {
    ...{ name, lasting, restartAt },
    arrivals: arrivals.filter((at) => Math.abs(at + lasting - restartAt) > lasting + 20),
    scrapes: count(SCRAPE_SECONDS)
      .map((i) => first + i * SCRAPE_SECONDS)
      .filter((at) => at < to),
  };
}

/** Requests that arrived at a pod between the last scrape before a span's start and the last within it. */
export function arrivalsScraped({ arrivals, scrapes }: PlantedPod, from: number, to: number): number {
  const last = (before: number): number => scrapes.reduce((latest, at) => (at <= before ? at : latest), -Infinity);
  return arrivals.filter((at) => at > last(from) && at <= last(to)).length;
}

/** Its samples as OpenMetrics, but for a time in which nothing was scraped. */
export function historyText(
  pods: readonly { readonly pod: PlantedPod; readonly model: string; readonly namespace?: string }[],
  dark: { readonly from: number; readonly to: number },
): string {
  const names = [METRIC.requestsEnded, METRIC.requestsRunning, METRIC.requestsWaiting, METRIC.promptTokens];
  return [...names, METRIC.generationTokens]
    .flatMap((name) =>
      pods.flatMap(({ pod, model, namespace }) =>
        pod.scrapes
          .filter((at) => at < dark.from || at > dark.to)
          .map((at) => `${name}{${labels(name, model, pod, namespace)}} ${valueOf(name, pod, at)} ${at}`),
      ),
    )
    .join('\n')
    .concat('\n');
}

function labels(name: string, model: string, pod: PlantedPod, namespace?: string): string {
  const escaped = model.replace(/[\\"]/g, '\\$&');
  const reason = name === METRIC.requestsEnded ? ',finished_reason="stop"' : '';
  const where = namespace === undefined ? '' : `,namespace="${namespace}"`;
  return `model_name="${escaped}",engine="0",pod="${pod.name}"${where}${reason}`;
}

function valueOf(name: string, { arrivals, lasting, restartAt }: PlantedPod, at: number): number {
  const since = at >= restartAt ? restartAt : -Infinity;
  const seen = arrivals.filter((arrival) => arrival >= since && arrival <= at);
  const ended = seen.filter((arrival) => arrival + lasting <= at).length;
  if (name === METRIC.requestsEnded) return ended;
  if (name === METRIC.promptTokens) return PROMPT * seen.length;
  if (name === METRIC.generationTokens) return OUTPUT * ended;
  return name === METRIC.requestsRunning ? Math.ceil((seen.length - ended) / 2) : Math.floor((seen.length - ended) / 2);
}

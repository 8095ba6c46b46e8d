import type { Answer } from '../../../../clients/typescript/src/index.js';
import { number, rate, several, span, split } from './format.js';
import type { Finding, Tile } from './table.js';

type Goodput = Answer<'goodput'>;
/** One deployment and what it serves within the SLO. */
export type Configuration = Goodput['configurations'][number];

/** The best of some deployments by goodput; null where none keeps the SLO at any rate. */
function bestOf(configurations: readonly Configuration[]): Configuration | null {
  const top = configurations.reduce<Configuration | null>(
    (best, found) => (best === null || found.goodput > best.goodput ? found : best),
    null,
  );
  return top === null || top.goodput === 0 ? null : top;
}

function largest({ configurations }: Goodput): { readonly gpus: number; readonly best: Configuration | null } {
  const gpus = Math.max(...configurations.map((found) => found.gpus));
  return { gpus, best: bestOf(configurations.filter((found) => found.gpus === gpus)) };
}

const isApart = ({ serve }: Configuration): boolean => serve === undefined;

/** The answer in one line. */
export function goodputHeadline(answer: Goodput): string {
  const { gpus, best } = largest(answer);
  return best === null
    ? `${several(gpus, 'GPU')} keep this SLO at no rate`
    : `${several(gpus, 'GPU')} serve most as ${split(best)}: ${rate(best.goodput)}`;
}

/** Why, and what it was measured on. */
export function goodputReason({ workload, slo }: Goodput): string {
  const bounds = [
    slo.ttftSeconds === undefined ? [] : [`first token within ${span(slo.ttftSeconds)}`],
    slo.tpotSeconds === undefined ? [] : [`each next within ${span(slo.tpotSeconds)}`],
    slo.e2eSeconds === undefined ? [] : [`all within ${span(slo.e2eSeconds)}`],
  ].flat();
  return (
    `Goodput is the largest rate at which ${number(slo.attainment * 100)} % of the requests have their ${bounds.join(', ')}. ` +
    `Requests here read ${number(workload.meanPromptTokens)} and write ${number(workload.meanOutputTokens)} tokens on average.`
  );
}

/** The numbers beside it: each kind of deployment at the whole budget, and the most efficient one. */
export function goodputTiles(answer: Goodput): Tile[] {
  const { gpus } = largest(answer);
  const whole = answer.configurations.filter((found) => found.gpus === gpus);
  const tile = (label: string, found: Configuration | null): Tile[] =>
    found === null ? [] : [{ label, value: rate(found.goodput), note: `${split(found)}; ${intervalOf(found)}` }];
  const apart = bestOf(whole.filter(isApart));
  const together = bestOf(whole.filter((found) => !isApart(found)));
  const { best } = answer;
  return [
    ...tile('Colocated', together),
    ...tile('Prefill and decode apart', apart),
    ...(best === null
      ? []
      : [{ label: 'Most per GPU', value: `${number(best.goodputPerGpu)} req/s`, note: `each of ${split(best)}` }]),
  ];
}

function intervalOf({ low, high }: Configuration): string {
  return high === null ? `at least ${number(low)}` : `between ${number(low)} and ${number(high)}`;
}

/** The heat map over prefill and decode instances. */
export function goodputFinding({ configurations }: Goodput): Finding {
  const apart = configurations.filter(isApart);
  const most = apart.reduce<Configuration | null>(
    (best, found) => (best === null || found.goodputPerGpu > best.goodputPerGpu ? found : best),
    null,
  );
  const title =
    most === null || most.goodputPerGpu === 0
      ? 'No split of prefill and decode keeps this SLO'
      : `Apart, ${split(most)} serves most for its GPUs: ${number(most.goodputPerGpu)} req/s each`;
  return {
    title,
    sentence:
      'Goodput per GPU, requests per second, for each number of prefill and decode instances, and for colocated ones below. Darker serves more; the ring marks the most.',
    table: {
      columns: ['prefill', 'decode', 'colocated', 'gpus', 'goodput_requests_per_second', 'per_gpu', 'low', 'high'],
      rows: configurations.map(({ prefill, decode, serve, gpus, goodput, goodputPerGpu, low, high }) => [
        ...[prefill ?? null, decode ?? null, serve ?? null],
        ...[gpus, goodput, goodputPerGpu, low, high],
      ]),
    },
  };
}

/** One deployment in words. */
export function cellText(found: Configuration): string {
  const { gpus, goodput, goodputPerGpu } = found;
  return `${split(found)} · ${several(gpus, 'GPU')} · ${rate(goodput)} (${intervalOf(found)}) · ${number(goodputPerGpu)} per GPU`;
}

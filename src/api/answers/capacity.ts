import { simulate, sloAttainment } from '../../serving/index.js';
import { configurationKey, formatCounts, type AttainmentRow } from '../../plan/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import type { Answer, Question } from '../questions.js';
import { rowsFor } from './attainment-rows.js';
import { splitSearch, type SplitSearch } from './best-splits.js';
import { attainmentOver, capacityLoad, drawBusiest, headroomOf, type CapacityLoad } from './capacity-load.js';
import { measurePlanTable } from './make-plan.js';
import { keyOf, type AnswerTools } from './memory.js';
import { deploymentOf, partKey, readPart, sloOf } from './traffic.js';

type Row = Answer<'capacity'>['profiles'][number];
type Option = NonNullable<Answer<'capacity'>['best']>;
type Priced = Question<'capacity'>['profiles'][number];

const STEP_SECONDS = 60;
/** Loads, in units of the asked one, for which the GPUs are given too: what an error of the forecast would cost. */
const LOADS = [0.8, 1, 1.25];

/** Sizes a fleet on each profile, and compares them. */
export async function answerCapacity(question: Question<'capacity'>, tools: AnswerTools): Promise<Answer<'capacity'>> {
  const part = await readPart(question.traffic, tools.traceFile);
  const load = capacityLoad(part, question.seed);
  const profiles: Row[] = [];
  const runnersUp: Option[] = [];
  for (const priced of question.profiles) {
    const { row, next } = await sizeOn(priced, question, load, tools);
    profiles.push(row);
    if (next) runnersUp.push(next);
  }
  const found = profiles.flatMap(({ best }) => best ?? []).sort(byCost);
  const best = found[0] ?? null;
  const runnerUp = [...found.slice(1), ...runnersUp].sort(byCost)[0] ?? null;
  const { requests, meanRate, peakRate } = load;
  return {
    schema: 'foresail.capacity/1',
    ...{ slo: question.slo, loadFactor: part.factor, load: { requests, meanRate, peakRate } },
    ...{ best, runnerUp, reason: reasonOf(question, best, profiles), profiles },
  };
}

async function sizeOn(
  priced: Priced,
  question: Question<'capacity'>,
  load: CapacityLoad,
  tools: AnswerTools,
): Promise<{ row: Row; next: Option | null }> {
  const target = question.slo.attainment;
  const search = splitSearch(load, target, question.splits, measurer(priced.profile, question, load, tools));
  const keeps = (row: AttainmentRow | null, times: number): boolean =>
    row !== null && attainmentOver(load, row, times) >= target;
  const fewest = (times: number): Promise<number | null> =>
    fewestGpus(question.maxGpus, async (gpus) => keeps(await search.best(gpus, times), times));
  const gpusAtLoad: Row['gpusAtLoad'] = [];
  for (const factor of LOADS) gpusAtLoad.push({ factor, gpus: await fewest(factor) });
  const gpus = gpusAtLoad[LOADS.indexOf(1)]!.gpus;
  const around = gpus ?? question.maxGpus;
  for (const size of [around - 1, around, around + 1])
    if (size >= 1 && size <= question.maxGpus) await search.best(size);
  const optionOf = (row: AttainmentRow): Option => describe(row, priced, question, load);
  const ranked = rankedRows(search, load, target);
  const best = gpus === null ? null : ranked.find(({ counts }) => sizeOf(counts) === gpus)!;
  const next = ranked.find((row) => row !== best && keeps(row, 1) && gpus !== null && sizeOf(row.counts) >= gpus);
  const row = {
    ...{ ...priced, best: best && optionOf(best), gpusAtLoad },
    curve: curveOf(ranked, load),
  };
  return { row, next: next ? optionOf(next) : null };
}

/** Measures one configuration on the mix, or finds it among those that were kept. */
function measurer(
  profile: string,
  { slo, seed, scheduler, traffic }: Question<'capacity'>,
  load: CapacityLoad,
  { memory, report }: AnswerTools,
): (counts: InstanceCounts) => Promise<AttainmentRow> {
  const key = capacityTableKey(profile, { slo, seed, scheduler, traffic });
  const asked = { deployment: deploymentOf(profile, scheduler), slo: sloOf(slo), seed, stepSeconds: STEP_SECONDS };
  let measured = 0;
  return async (counts) => {
    const { rows } = await rowsFor(memory, key, slo.attainment, [counts], async (missing) => {
      report(measured++, 0, `splits measured on ${profile}`);
      return (await measurePlanTable(asked, load.mix, missing, () => undefined, 1)).rows;
    });
    return rows[0]!;
  };
}

/** What of the question names the attainment table of a profile. */
export function capacityTableKey(
  profile: string,
  { traffic, slo, scheduler, seed }: Pick<Question<'capacity'>, 'traffic' | 'slo' | 'scheduler' | 'seed'>,
): string {
  return keyOf('attainment', ['capacity', ...partKey(traffic), profile, slo, scheduler, STEP_SECONDS, seed]);
}

/** The smallest number that is enough, by halving; null when even the largest is not. */
async function fewestGpus(most: number, isEnough: (gpus: number) => Promise<boolean>): Promise<number | null> {
  let low = 1;
  let high = 1;
  while (!(await isEnough(high))) {
    if (high === most) return null;
    low = high + 1;
    high = Math.min(most, 2 * high);
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}

/** Every measured split, fewest GPUs first, the best of each number first. */
function rankedRows({ seen }: SplitSearch, load: CapacityLoad, target: number): AttainmentRow[] {
  const shareOf = (row: AttainmentRow): number => Math.min(target, attainmentOver(load, row));
  return [...seen.values()].sort(
    (a, b) =>
      sizeOf(a.counts) - sizeOf(b.counts) ||
      shareOf(b) - shareOf(a) ||
      b.goodput - a.goodput ||
      configurationKey(a.counts) - configurationKey(b.counts),
  );
}

function curveOf(ranked: readonly AttainmentRow[], load: CapacityLoad): Row['curve'] {
  const isFirst = (row: AttainmentRow, at: number): boolean =>
    at === 0 || sizeOf(ranked[at - 1]!.counts) !== sizeOf(row.counts);
  return ranked.filter(isFirst).map((row) => ({
    ...{ gpus: sizeOf(row.counts), counts: row.counts, goodput: row.goodput },
    attainment: attainmentOver(load, row),
  }));
}

function describe(
  row: AttainmentRow,
  { profile, pricePerGpuHour }: Priced,
  question: Question<'capacity'>,
  load: CapacityLoad,
): Option {
  const gpus = sizeOf(row.counts);
  return {
    ...{ profile, counts: row.counts, gpus, goodput: row.goodput, costPerHour: gpus * pricePerGpuHour },
    attainment: attainmentOver(load, row),
    headroom: headroomOf(load, row, question.slo.attainment),
    busiest: tryBusiest(row.counts, profile, question, load),
  };
}

/** Attainment in the busiest ten minutes, drawn anew several times: how far chance moves the answer. */
function tryBusiest(
  counts: InstanceCounts,
  profile: string,
  { redraws, seed, slo, scheduler }: Question<'capacity'>,
  load: CapacityLoad,
): Option['busiest'] {
  if (redraws === 0) return null;
  const shares = Array.from({ length: redraws }, (_, redraw) =>
    sloAttainment(
      simulate(drawBusiest(load, seed, redraw), { ...deploymentOf(profile, scheduler), counts, limitSeconds: 600 }),
      sloOf(slo),
    ),
  );
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return { low: Math.min(...shares), mean, high: Math.max(...shares) };
}

function sizeOf({ serve = 0, prefill = 0, decode = 0 }: InstanceCounts): number {
  return serve + prefill + decode;
}

function byCost(a: Option, b: Option): number {
  return a.costPerHour - b.costPerHour || a.gpus - b.gpus || b.goodput - a.goodput;
}

function reasonOf({ slo, maxGpus }: Question<'capacity'>, best: Option | null, profiles: readonly Row[]): string {
  const wanted = percent(slo.attainment);
  if (best === null) return `${maxGpus} GPUs of no profile keep ${wanted} of the requests within the SLO`;
  const { curve } = profiles.find(({ profile }) => profile === best.profile)!;
  const fewer = curve.filter(({ gpus }) => gpus < best.gpus).at(-1);
  const found = `${best.gpus} GPUs of ${best.profile} as ${split(best.counts)} keep ${percent(best.attainment)} of the requests within the SLO`;
  return fewer === undefined
    ? found
    : `${found}; ${fewer.gpus}, as ${split(fewer.counts)}, keep ${percent(fewer.attainment)}, and ${wanted} are wanted`;
}

function split(counts: InstanceCounts): string {
  return counts.serve === undefined ? `${formatCounts(counts)} prefill:decode` : `${counts.serve} colocated`;
}

function percent(share: number | null): string {
  return share === null ? 'none' : `${(100 * share).toFixed(1)} %`;
}

import type { Answer } from '../../../../clients/typescript/src/index.js';
import { number, percent, profileParts, rate, several, split } from './format.js';
import type { Finding, Tile } from './table.js';

type Capacity = Answer<'capacity'>;
type Option = NonNullable<Capacity['best']>;

/** The answer in one line. */
export function capacityHeadline({ best, profiles, slo }: Capacity): string {
  if (best !== null) {
    const { gpu, model } = profileParts(best.profile);
    return `${best.gpus} × ${gpu} for ${model}: ${split(best.counts)}`;
  }
  const most = Math.max(...profiles.flatMap(({ curve }) => curve.map(({ gpus }) => gpus)));
  return `Not within ${several(most, 'GPU')}: none keeps ${percent(slo.attainment)} in the SLO`;
}

/** The numbers beside it. */
export function capacityTiles({ best, runnerUp, slo, profiles }: Capacity): Tile[] {
  if (best === null) return [];
  const { attainment, headroom, busiest, costPerHour } = best;
  const tiles: Tile[] = [
    {
      label: 'Within the SLO',
      value: percent(attainment),
      note: `of all requests; ${percent(slo.attainment)} are wanted`,
    },
    {
      label: 'Room to grow',
      value: `× ${number(headroom)}`,
      note: `until the SLO is missed; ${sensitivity(best, profiles)}`,
    },
  ];
  if (busiest !== null)
    tiles.push({
      label: 'Busiest ten minutes',
      value: percent(busiest.mean),
      note: `within the SLO; ${percent(busiest.low)} to ${percent(busiest.high)} over fresh draws`,
      isWarning: busiest.mean < slo.attainment,
    });
  if (costPerHour > 0)
    tiles.push({
      label: 'Cost',
      value: `${number(costPerHour)} / h`,
      note: `${number(costPerHour * 730)} a month of 730 h`,
    });
  if (runnerUp !== null)
    tiles.push({
      label: 'Runner-up',
      value: shortOption(runnerUp, best),
      note: `${percent(runnerUp.attainment)} within the SLO`,
    });
  return tiles;
}

function shortOption(option: Option, best: Option): string {
  const { gpu, model } = profileParts(option.profile);
  return option.profile === best.profile ? split(option.counts) : `${option.gpus} × ${gpu}, ${model}`;
}

/** GPUs at 80 % and 125 % of the load: what an error of the load would cost. */
function sensitivity(best: Option, profiles: Capacity['profiles']): string {
  const { gpusAtLoad } = profiles.find(({ profile }) => profile === best.profile)!;
  return gpusAtLoad
    .filter(({ factor }) => factor !== 1)
    .map(({ factor, gpus }) => `${gpus === null ? 'too many' : several(gpus, 'GPU')} at ${number(factor * 100)} % load`)
    .join(', ');
}

/** Warning in words where chance or a peak may spoil the answer; null: none. */
export function capacityCaution({ best, slo, load }: Capacity): string | null {
  const busiest = best?.busiest ?? null;
  if (best === null || busiest === null || busiest.mean >= slo.attainment) return null;
  return (
    `This fleet keeps the SLO over the whole part, not in its peak: of the busiest ten minutes only ${percent(busiest.mean)} ` +
    `are served within the bounds. The peak minute brings ${rate(load.peakRate)}, this fleet keeps ${rate(best.goodput)}.`
  );
}

/** GPUs against attainment. */
export function capacityFinding({ best, profiles, slo }: Capacity): Finding {
  const rows = profiles.flatMap(({ profile, curve }) =>
    curve.map(({ gpus, counts, attainment, goodput }) => [profile, gpus, split(counts), attainment, goodput]),
  );
  const title =
    best === null
      ? `No fleet that was looked at reaches ${percent(slo.attainment)}`
      : kneeTitle(best, profiles.find(({ profile }) => profile === best.profile)!.curve);
  return {
    title,
    sentence:
      'Share of the requests within the SLO by the size of the fleet, each at its best split. The line across is what is wanted.',
    table: { columns: ['profile', 'gpus', 'split', 'attainment', 'goodput_requests_per_second'], rows },
  };
}

function kneeTitle(best: Option, curve: Capacity['profiles'][number]['curve']): string {
  const before = curve.filter(({ gpus }) => gpus < best.gpus).at(-1);
  const reached = `${several(best.gpus, 'GPU')} reach ${percent(best.attainment)}`;
  return before === undefined ? reached : `${reached}; ${before.gpus} would stop at ${percent(before.attainment)}`;
}

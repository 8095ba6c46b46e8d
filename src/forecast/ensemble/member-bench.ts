import { comparison, emptyTrack, noteErrors, type Track } from '../bench.js';
import type { MemberStanding } from '../forecaster.js';

const RIVAL = 'the last value';

/** How the members of an ensemble did against the last value since the fit, one step ahead; plain data. */
export interface MemberBench {
  readonly window: number;
  readonly tracks: readonly Track[];
}

/** A bench on which nobody sits. */
export function openBench(window: number, members: number): MemberBench {
  return { window, tracks: Array.from({ length: members }, emptyTrack) };
}

/** Takes in what came after members and the last value had expected it; a member that could not tell is not judged by it. */
export function judgeMembers(
  { tracks, window }: MemberBench,
  expected: Float64Array,
  last: number,
  value: number,
): void {
  if (Number.isNaN(value) || Number.isNaN(last)) return;
  tracks.forEach((track, i) => {
    if (Number.isFinite(expected[i]!)) noteErrors(track, value - expected[i]!, value - last, window);
  });
}

/** What members expect, NaN for those on the bench; where nobody else could tell, all of it. */
export function withoutBenched({ tracks }: MemberBench, expected: Float64Array): Float64Array {
  const counted = expected.map((value, i) => (tracks[i]!.isBenched ? NaN : value));
  return counted.some(Number.isFinite) ? counted : expected;
}

/** Who counts, and why. */
export function standingsOf({ tracks, window }: MemberBench, names: readonly string[]): MemberStanding[] {
  return tracks.map((track, i) => {
    const name = names[i]!;
    const { isBenched, champion } = track;
    const judged =
      champion.length < window ? `${champion.length} of the ${window} bins are scored that would judge it` : '';
    const because = judged || comparison({ champion: name, rival: RIVAL }, track);
    return { name, isBenched, reason: `${name} ${isBenched ? 'is left out' : 'counts'}: ${because}` };
  });
}

/** A copy, as it is saved. */
export function copyBench({ window, tracks }: MemberBench): MemberBench {
  const copied = tracks.map(({ champion, rival, isBenched }) => ({
    champion: [...champion],
    rival: [...rival],
    isBenched,
  }));
  return { window, tracks: copied };
}

import {
  fitProfile,
  LEAST_POINTS,
  meanByPhase,
  profileErrors,
  type PhaseErrors,
  type ProfileParameters,
} from './fit-profile.js';
import type { ProfilePoint } from './profile-points.js';

const FOLDS = 5;

/**
 * Mean absolute relative errors by phase of points that the fit did not see: a part of a phase's points is left out in turn, and
 * foretold by the fit of all others. A part is a fifth, or fewer where the rest would be too few for a fit.
 *
 * @returns null for a phase that has no points, or no more than a fit needs
 */
export function leaveOutErrors(points: readonly ProfilePoint[], parameters: ProfileParameters): PhaseErrors {
  const foretold = (['decode', 'prefill', 'mixed'] as const).flatMap((phase) =>
    foldsOf(points, phase).flatMap((fold) => {
      const rest = points.filter((point) => !fold.includes(point));
      return [...profileErrors(fitProfile(rest, parameters), fold)].map((error) => ({ phase, error }));
    }),
  );
  return meanByPhase(foretold);
}

/** Parts of a phase's points, each of which can be left out; none when no point can. */
function foldsOf(points: readonly ProfilePoint[], phase: ProfilePoint['phase']): ProfilePoint[][] {
  const own = points.filter((point) => point.phase === phase);
  const spare = own.length - LEAST_POINTS[phase];
  if (spare < 1) return [];
  const count = Math.max(Math.min(FOLDS, own.length), Math.ceil(own.length / spare));
  return Array.from({ length: count }, (_, fold) => own.filter((_point, row) => row % count === fold));
}

import { InputError } from '../../base/index.js';
import {
  errorsByPhase,
  fitProfile,
  isOutsideRange,
  leaveOutErrors,
  parseProfilePoints,
  type LatencyProfile,
  type PhaseErrors,
  type ProfileParameters,
  type ProfilePoint,
} from '../../serving/index.js';
import { formatNumber, formatTable, print } from '../output.js';

/** A profile fitted to measured steps. */
export interface PointsFit {
  readonly kind: 'points';
  readonly points: Record<ProfilePoint['phase'], number>;
  readonly coefficients: Pick<LatencyProfile, 'decode' | 'prefill' | 'mixed' | 'tileTokens'>;
  /** Mean absolute relative errors of points left out of the fit. */
  readonly leaveOut: PhaseErrors;
  /** The same on the points of another file, and how many of those lie outside the fitted range. */
  readonly check?: PhaseErrors & { readonly points: number; readonly outsideRange: number };
  readonly profile: LatencyProfile;
}

/** Fits the steps of a file; `other` is the file to check on, its name and text. */
export function fitPoints(
  file: string,
  text: string,
  parameters: ProfileParameters,
  other: readonly [string, string] | null,
): PointsFit {
  const points = pointsAt(parameters, file, text);
  const profile = fitProfile(points, parameters);
  const { decode, prefill, mixed, tileTokens } = profile;
  const count = (wanted: ProfilePoint['phase']): number => points.filter(({ phase }) => phase === wanted).length;
  const others = other && pointsAt(parameters, ...other);
  return {
    kind: 'points',
    points: { decode: count('decode'), prefill: count('prefill'), mixed: count('mixed') },
    coefficients: { decode, prefill, mixed, tileTokens },
    leaveOut: leaveOutErrors(points, parameters),
    ...(others && {
      check: {
        ...errorsByPhase(profile, others),
        points: others.length,
        outsideRange: others.filter((point) => isOutsideRange(profile, point)).length,
      },
    }),
    profile,
  };
}

/** The points at the wanted tensor-parallel degree; refused when there are none. */
function pointsAt({ tensorParallel = 1 }: ProfileParameters, file: string, text: string): ProfilePoint[] {
  const points = parseProfilePoints(text, file);
  const chosen = points.filter((point) => (point.tensorParallel ?? 1) === tensorParallel);
  const degrees = [...new Set(points.map((point) => point.tensorParallel ?? 1))].sort((a, b) => a - b);
  if (chosen.length === 0)
    throw new InputError(
      `${file}: no points were measured at tensor parallel ${tensorParallel}, only at ${degrees.join(', ')}: a step's time is not guessed from another degree`,
    );
  return chosen;
}

/** Prints a fit for people. */
export function printPointsFit({ profile, points, leaveOut, check }: PointsFit): void {
  print(
    `${profile.name}: fitted to ${points.decode} decode, ${points.prefill} prefill and ${points.mixed} mixed steps`,
  );
  print();
  const microseconds = (seconds: number): string => formatNumber(seconds * 1e6, 3);
  const { decode, prefill, mixed } = profile;
  print(
    formatTable(
      ['microseconds', 'base', 'per sequence', 'per context token', 'per new token'],
      [
        [
          'decode',
          microseconds(decode.base),
          microseconds(decode.perSequence),
          microseconds(decode.perContextToken),
          '',
        ],
        ['prefill, short', microseconds(prefill.short.base), '', '', microseconds(prefill.short.perToken)],
        ['prefill, long', microseconds(prefill.long.base), '', '', microseconds(prefill.long.perToken)],
        [
          'mixed, added',
          microseconds(mixed.base),
          microseconds(mixed.perSequence),
          microseconds(mixed.perContextToken),
          '',
        ],
      ],
    ),
  );
  print();
  const percent = (value: number | null): string => formatNumber(value === null ? null : value * 100, 2);
  const row = (name: string, errors: PhaseErrors): string[] => [
    name,
    ...[errors.decode, errors.prefill, errors.mixed].map(percent),
  ];
  const rows = [row('left out of the fit', leaveOut), ...(check ? [row('--check', check)] : [])];
  print(formatTable(['mean error in %', 'decode', 'prefill', 'mixed'], rows));
  if (check && check.outsideRange > 0)
    print(
      `\n${check.outsideRange} of the ${check.points} points to check lie outside the fitted range: those are extrapolated`,
    );
}

import { digamma, trigamma } from './gamma-functions.js';

/**
 * A Gamma distribution of gaps: shape α, and β under both of its names: the paper's section 3.1 calls the rate β, its section
 * 4.2 the scale, which is 1 / rate. Mean gap = shape * scaleSeconds, coefficient of variation = 1 / √shape.
 */
export interface GammaLaw {
  readonly shape: number;
  /** Per second. */
  readonly ratePerSecond: number;
  readonly scaleSeconds: number;
}

/** Both estimates from one set of gaps; null where they cannot be told (fewer than two gaps, or all alike). */
export interface GammaFit {
  readonly gaps: number;
  readonly meanSeconds: number;
  /** Coefficient of variation of the gaps. */
  readonly cv: number;
  readonly likelihood: GammaLaw | null;
  readonly moments: GammaLaw | null;
}

/** Sums from which both estimates follow, so that gaps need not be kept. */
export interface GapSums {
  count: number;
  sum: number;
  squares: number;
  logs: number;
}

/** Gaps are taken as at least this long: files write microseconds, and the logarithm of 0 is none. */
const LEAST_GAP = 5e-7;

/** Adds one gap of at least 0 seconds. */
export function addGap(sums: GapSums, gap: number): void {
  sums.count++;
  sums.sum += gap;
  sums.squares += gap * gap;
  sums.logs += Math.log(Math.max(gap, LEAST_GAP));
}

/** The Gamma law of gaps by maximum likelihood and by moments. @source BurstGPT 3.1, Fig 6 */
export function fitGamma({ count, sum, squares, logs }: GapSums): GammaFit {
  const mean = sum / count;
  const variance = count < 2 ? NaN : Math.max(0, (squares - sum * mean) / (count - 1));
  const byMoments = (mean * mean) / variance;
  return {
    gaps: count,
    meanSeconds: mean,
    cv: Math.sqrt(variance) / mean,
    likelihood: lawOf(shapeByLikelihood(Math.log(mean) - logs / count), mean),
    moments: lawOf(byMoments, mean),
  };
}

function lawOf(shape: number, mean: number): GammaLaw | null {
  if (!(shape > 0 && Number.isFinite(shape) && mean > 0)) return null;
  return { shape, ratePerSecond: shape / mean, scaleSeconds: mean / shape };
}

/**
 * The shape whose ln α - ψ(α) equals the gap between the logarithm of the mean and the mean logarithm, by Newton steps in 1/α.
 *
 * @source T. Minka, Estimating a Gamma distribution (2002)
 */
function shapeByLikelihood(s: number): number {
  if (!(s > 1e-9)) return NaN;
  let shape = (3 - s + Math.sqrt((s - 3) ** 2 + 24 * s)) / (12 * s);
  for (let step = 0; step < 20; step++) {
    const next =
      1 / (1 / shape + (Math.log(shape) - digamma(shape) - s) / (shape * shape * (1 / shape - trigamma(shape))));
    if (!(next > 0)) return NaN;
    if (Math.abs(next - shape) < 1e-12 * shape) return next;
    shape = next;
  }
  return shape;
}

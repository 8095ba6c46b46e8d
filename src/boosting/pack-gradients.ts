/**
 * A row's gradient and hessian as whole numbers in one float64, hessian * unit + gradient, so that a histogram adds both with one
 * addition. Sums of whole numbers below 2^53 are exact: they depend neither on the order of rows nor on who adds them.
 */
export interface Packing {
  /** Weight of the hessian: a power of two above twice any sum of gradients. */
  readonly unit: number;
  /** Whole numbers per unit of gradient and of hessian, powers of two. */
  readonly gradientScale: number;
  readonly hessianScale: number;
  /** Whether gradients are rounded up or down by chance, for lack of bits. */
  readonly dithers: boolean;
}

/** Largest number of rows whose sums fit with 6 bits left for gradient and hessian. */
export const MOST_ROWS = 2 ** 23;
/** Bits of a gradient from which rounding to the nearest does no harm. */
const ENOUGH_BITS = 16;
const MOST_HESSIAN_BITS = 13;

/**
 * How to pack gradients and hessians of so many rows.
 *
 * @param largestGradient largest absolute gradient
 * @param largestHessian largest hessian, or null where every hessian is 1
 */
export function choosePacking(rows: number, largestGradient: number, largestHessian: number | null): Packing {
  const rowBits = Math.ceil(Math.log2(Math.max(2, rows)));
  const bits = 52 - 2 * rowBits;
  const hessianBits = largestHessian === null ? 0 : Math.min(MOST_HESSIAN_BITS, Math.floor(bits / 2));
  const gradientBits = bits - hessianBits;
  return {
    unit: 2 ** (1 + rowBits + gradientBits),
    gradientScale: powerScale(gradientBits, largestGradient),
    hessianScale: largestHessian === null ? 1 : powerScale(hessianBits, largestHessian),
    dithers: gradientBits < ENOUGH_BITS || (largestHessian !== null && hessianBits < MOST_HESSIAN_BITS),
  };
}

/** The power of two that brings `largest` to at most 2^bits. */
function powerScale(bits: number, largest: number): number {
  return largest > 0 ? 2 ** (bits - Math.ceil(Math.log2(largest))) : 1;
}

/** Packs gradients where every hessian is 1, each rounded to the nearest. */
export function packGradients(gradients: Float32Array, packing: Packing, packed: Float64Array): void {
  const { unit, gradientScale } = packing;
  for (let row = 0; row < gradients.length; row++)
    packed[row] = unit + Math.floor(gradients[row]! * gradientScale + 0.5);
}

/** Packs gradients and hessians, rounded up as often as their fractions say: sums are right on average. `noise` is any whole number. */
export function packDithered(
  gradients: Float32Array,
  hessians: Float32Array | null,
  packing: Packing,
  noise: number,
  packed: Float64Array,
): void {
  const { unit, gradientScale, hessianScale } = packing;
  let state = noise | 1;
  for (let row = 0; row < gradients.length; row++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const up = (state >>> 8) * 2 ** -24;
    const gradient = Math.floor(gradients[row]! * gradientScale + up);
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const upHessian = (state >>> 8) * 2 ** -24;
    const hessian = hessians === null ? 1 : Math.floor(hessians[row]! * hessianScale + upHessian);
    packed[row] = hessian * unit + gradient;
  }
}

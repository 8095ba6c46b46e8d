/** A function of several numbers. */
export type Objective = (point: Float64Array) => number;

/**
 * The smallest value near `start` by the simplex search of Nelder and Mead (1965). Values that are no number count as infinite.
 *
 * @param step length of the first simplex's edges, or one for each number
 * @param evaluations most calls of `objective`
 */
export function minimise(
  objective: Objective,
  start: ArrayLike<number>,
  step: number | readonly number[] = 0.5,
  evaluations = 400,
): Float64Array {
  const safe: Objective = (point) => {
    const value = objective(point);
    return Number.isNaN(value) ? Infinity : value;
  };
  const first = Float64Array.from(start);
  const simplex = [vertex(safe, first)];
  for (let i = 0; i < first.length; i++)
    simplex.push(
      vertex(
        safe,
        first.map((value, j) => (i === j ? value + (typeof step === 'number' ? step : step[i]!) : value)),
      ),
    );
  for (let calls = simplex.length; calls < evaluations;) {
    simplex.sort((a, b) => a.value - b.value);
    if (hasSettled(simplex)) break;
    calls += improve(safe, simplex);
  }
  simplex.sort((a, b) => a.value - b.value);
  return simplex[0]!.point;
}

interface Vertex {
  readonly point: Float64Array;
  readonly value: number;
}

const vertex = (objective: Objective, point: Float64Array): Vertex => ({ point, value: objective(point) });

function hasSettled(simplex: readonly Vertex[]): boolean {
  const [best, worst] = [simplex[0]!, simplex[simplex.length - 1]!];
  const spread = Math.max(...best.point.map((value, i) => Math.abs(value - worst.point[i]!)));
  return spread < 1e-5 && Math.abs(worst.value - best.value) <= 1e-9 * (Math.abs(best.value) + 1e-9);
}

/** One step: reflects the worst vertex, goes further, or draws in; tells how often it asked. */
function improve(objective: Objective, simplex: Vertex[]): number {
  const worst = simplex[simplex.length - 1]!;
  const others = simplex.slice(0, -1);
  const centre = worst.point.map((_, i) => others.reduce((sum, { point }) => sum + point[i]!, 0) / others.length);
  const at = (factor: number): Vertex =>
    vertex(
      objective,
      centre.map((value, i) => value + factor * (worst.point[i]! - value)),
    );
  const replace = (better: Vertex): void => void (simplex[simplex.length - 1] = better);
  const reflected = at(-1);
  if (reflected.value < simplex[0]!.value) {
    const further = at(-2);
    replace(further.value < reflected.value ? further : reflected);
    return 2;
  }
  if (reflected.value < others[others.length - 1]!.value) {
    replace(reflected);
    return 1;
  }
  const inner = reflected.value < worst.value ? at(-0.5) : at(0.5);
  if (inner.value < Math.min(reflected.value, worst.value)) {
    replace(inner);
    return 2;
  }
  const best = simplex[0]!.point;
  for (let i = 1; i < simplex.length; i++)
    simplex[i] = vertex(
      objective,
      simplex[i]!.point.map((value, j) => best[j]! + 0.5 * (value - best[j]!)),
    );
  return simplex.length + 1;
}

/** ln Γ(x) for x > 0, to about 1e-13: Stirling's series, after stepping up to where it holds. */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 12; at++) shift += Math.log(at);
  const inverse = 1 / (at * at);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** ψ(x), the derivative of ln Γ, for x > 0. */
export function digamma(x: number): number {
  let value = 0;
  let at = x;
  for (; at < 12; at++) value -= 1 / at;
  const inverse = 1 / (at * at);
  return (
    value + Math.log(at) - 0.5 / at - inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse / 240)))
  );
}

/** ψ'(x) for x > 0. */
export function trigamma(x: number): number {
  let value = 0;
  let at = x;
  for (; at < 12; at++) value += 1 / (at * at);
  const inverse = 1 / (at * at);
  return value + 1 / at + inverse / 2 + (inverse / at) * (1 / 6 - inverse * (1 / 30 - inverse / 42));
}

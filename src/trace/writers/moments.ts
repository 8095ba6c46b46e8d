/**
 * Writes moments of a trace with dates: `2024-05-10T00:00:00.009930000Z`, exact to the nanosecond, so that reading gives the same
 * arrivals and the same start.
 */
export function momentWriter(startEpochSeconds: number): (at: number) => string {
  const startWhole = Math.floor(startEpochSeconds);
  const startNanos = Math.round((startEpochSeconds - startWhole) * 1e9);
  let known = NaN;
  let text = '';
  return (at) => {
    const whole = Math.floor(at);
    const nanos = startNanos + Math.round((at - whole) * 1e9);
    const carry = Math.floor(nanos / 1e9);
    const seconds = startWhole + whole + carry;
    if (seconds !== known) text = new Date(seconds * 1000).toISOString().slice(0, 19);
    known = seconds;
    return `${text}.${String(nanos - carry * 1e9).padStart(9, '0')}Z`;
  };
}

/** A source of uniform numbers in [0, 1). Handed in wherever chance is used; never `Math.random`. */
export type Random = () => number;

const TWO_POW_32 = 4294967296;

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * A reproducible generator (sfc32, 128 bits of state): the same seed and label give the same numbers on every machine.
 * Labels make independent streams of one seed: arrivals do not move when lengths draw once more.
 *
 * @param seed any whole number
 * @param label names the stream
 */
export function seededRandom(seed: number, label = ''): Random {
  let a = seed | 0;
  let b = Math.floor(seed / TWO_POW_32) | 0;
  let c = hashText(label) | 0;
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / TWO_POW_32;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

import { InputError } from '../base/index.js';

/** What survives saving: JSON's values and typed arrays, nested as one likes. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint8Array
  | readonly Plain[]
  | { readonly [key: string]: Plain };

const ARRAYS = { f64: Float64Array, f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;
type ArrayCode = keyof typeof ARRAYS;

/** Plain data as bytes: JSON text in which a typed array is `{"$f64": base64}`; the same data give the same bytes. */
export function encodePlain(data: Plain): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(data, replaceArray));
}

/**
 * The data of `encodePlain`.
 *
 * @throws InputError when the bytes are no such text
 */
export function decodePlain(bytes: Uint8Array): Plain {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), reviveArray) as Plain;
  } catch (cause) {
    throw new InputError('saved forecaster: the bytes are not what a forecaster saves', { cause });
  }
}

function replaceArray(_key: string, value: unknown): unknown {
  for (const [code, type] of Object.entries(ARRAYS))
    if (value instanceof type)
      return { [`$${code}`]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  return value;
}

function reviveArray(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [entry, ...others] = Object.entries(value);
  const code = entry?.[0].slice(1) ?? '';
  if (!entry || others.length > 0 || !entry[0].startsWith('$') || !(code in ARRAYS)) return value;
  const bytes = Uint8Array.from(Buffer.from(String(entry[1]), 'base64'));
  return new ARRAYS[code as ArrayCode](bytes.buffer);
}

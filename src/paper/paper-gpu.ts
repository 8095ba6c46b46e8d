import { loadProfile, type LatencyProfile } from '../serving/index.js';

/**
 * What the data sheets say of the RTX A6000, the GPU that figure 15 shows, beside the H100 SXM that was measured.
 *
 * @source NVIDIA RTX A6000 data sheet: 48 GB, 768 GB/s, 154.8 TFLOP/s in bf16 without sparsity; H100 SXM: 3.35 TB/s, 989 TFLOP/s
 */
const MEMORY_RATIO = 3350 / 768;
const COMPUTE_RATIO = 989 / 154.8;
const MEMORY_BYTES = 48 * 2 ** 30;

/** As for the measured profile: 0.9 of the memory, less the weights and 2 GB for activations. */
const WEIGHT_BYTES = 26.03e9;
const RESERVED_BYTES = 2e9;

/**
 * Llama-2-13B on an RTX A6000, modelled: the H100's measured steps, slower by the ratio of memory bandwidth where a step reads
 * (decode) and of arithmetic where it computes (prefill and mixed steps), and the KV cache that 48 GB leave.
 */
export function modelledA6000(): LatencyProfile {
  const measured = loadProfile('h100-llama-2-13b-bf16');
  const { decode, prefill, mixed, kvBytesPerToken } = measured;
  return {
    ...measured,
    name: 'a6000-llama-2-13b-bf16, modelled',
    decode: slower(decode, MEMORY_RATIO),
    prefill: slower(prefill, COMPUTE_RATIO),
    mixed: slower(mixed, COMPUTE_RATIO),
    kvTokensCapacity: Math.floor((0.9 * MEMORY_BYTES - WEIGHT_BYTES - RESERVED_BYTES) / kvBytesPerToken),
  };
}

/** Coefficients in seconds, each times a factor. */
function slower<T extends object>(coefficients: T, factor: number): T {
  const scaled = Object.entries(coefficients).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'number' ? value * factor : slower(value as object, factor),
  ]);
  return Object.fromEntries(scaled) as T;
}

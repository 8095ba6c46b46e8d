import { writeFile } from 'node:fs/promises';
import { InputError } from '../../base/index.js';
import type { Trace } from '../trace.js';

/**
 * Writes a trace as Parquet: `time_s` (double), `prompt_tokens`, `output_tokens` (64-bit whole numbers), `model`, `service`
 * (strings), `session` (empty where there is none), `elapsed_s`; of a trace with dates `start_epoch_s` stands in the file's
 * metadata.
 *
 * @throws InputError when the file cannot be written
 */
export async function writeParquet(file: string, trace: Trace): Promise<void> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const names = (codes: Uint8Array, known: readonly string[]): string[] => Array.from(codes, (code) => known[code]!);
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'time_s', data: trace.arrival, type: 'DOUBLE', nullable: false },
      { name: 'prompt_tokens', data: Array.from(trace.promptTokens, BigInt), type: 'INT64', nullable: false },
      { name: 'output_tokens', data: Array.from(trace.outputTokens, BigInt), type: 'INT64', nullable: false },
      { name: 'model', data: names(trace.model, trace.modelNames), type: 'STRING', nullable: false },
      { name: 'service', data: names(trace.service, trace.serviceNames), type: 'STRING', nullable: false },
      { name: 'session', data: Array.from(trace.session, (id) => (id < 0 ? null : id)), type: 'INT32' },
      {
        name: 'elapsed_s',
        data: Array.from(trace.elapsed, (value) => (Number.isNaN(value) ? null : value)),
        type: 'FLOAT',
      },
    ],
    kvMetadata: metadataOf(trace),
  });
  try {
    await writeFile(file, Buffer.from(buffer));
  } catch (cause) {
    throw new InputError(`${file}: cannot be written (${(cause as Error).message})`, { cause });
  }
}

function metadataOf({ startEpochSeconds }: Trace): { key: string; value: string }[] {
  return startEpochSeconds === null ? [] : [{ key: 'start_epoch_s', value: String(startEpochSeconds) }];
}

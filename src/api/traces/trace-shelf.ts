import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Store } from '../../store/index.js';
import { embeddedTracePath } from '../../trace/index.js';
import type { TraceFacts } from '../answers/answer.js';
import { HttpProblem } from '../http/problems.js';
import type { traceEntry } from '../schemas/index.js';
import { receiveTrace, type UploadLimits } from './receive-trace.js';

/** A trace that questions can name. */
export type TraceEntry = z.infer<typeof traceEntry>;

/** The traces of the service: the built-in one, and those that were uploaded. */
export interface TraceShelf {
  list(): TraceEntry[];
  /** @throws HttpProblem 400 naming the field when there is no such trace */
  find(id: string): { readonly entry: TraceEntry; readonly file: string };
  /** @throws HttpProblem 400 when it is no trace, 409 when there are too many, 413 when it is too large */
  add(body: Readable, name: string, skipBadRows: boolean): Promise<TraceEntry>;
  /** @throws HttpProblem 404 when there is none, 409 when it is built in or in use */
  remove(id: string): Promise<void>;
}

/** What a shelf is opened with. */
export interface TraceShelfOptions {
  readonly store: Store;
  /** Where uploads are kept, under names of the shelf's own. */
  readonly folder: string;
  readonly clock: () => number;
  readonly limits: UploadLimits;
  readonly mostTraces: number;
  /** Reads a trace beside the event loop. Rejects with HttpProblem when it is none. */
  readonly inspect: (file: string, skipBadRows: boolean) => Promise<TraceFacts>;
  readonly isInUse: (id: string) => boolean;
}

const COLLECTION = 'traces';
const BUILT_IN = 'modelled-week';

/** Opens the shelf; its folder is made where it is missing. */
export async function openTraceShelf(options: TraceShelfOptions): Promise<TraceShelf> {
  const { store, folder, clock, mostTraces } = options;
  await mkdir(folder, { recursive: true });
  const facts = await options.inspect(embeddedTracePath(), false);
  const builtIn: TraceEntry = {
    ...{ id: BUILT_IN, name: 'The modelled week', builtIn: true, ...facts, bytes: 0, createdEpochSeconds: null },
  };
  const fileOf = (id: string): string => path.join(folder, `${id}.csv`);
  return {
    list: () => [
      builtIn,
      ...store.between(COLLECTION, 0, Infinity, mostTraces).map(({ value }) => value as TraceEntry),
    ],
    find(id) {
      if (id === BUILT_IN) return { entry: builtIn, file: embeddedTracePath() };
      const entry = store.get(COLLECTION, id) as TraceEntry | undefined;
      if (entry === undefined)
        throw new HttpProblem(400, `there is no trace "${id}"`, [
          { pointer: '/traffic/trace', detail: 'must be a trace of GET /v1/traces' },
        ]);
      return { entry, file: fileOf(entry.id) };
    },
    async add(body, name, skipBadRows) {
      if (store.count(COLLECTION) >= mostTraces)
        throw new HttpProblem(409, `there are ${mostTraces} traces already: delete one`);
      const id = `t-${randomUUID()}`;
      try {
        const bytes = await receiveTrace(body, fileOf(id), options.limits);
        const found = await options.inspect(fileOf(id), skipBadRows);
        const entry = { id, name, builtIn: false, ...found, bytes, createdEpochSeconds: clock() };
        store.put(COLLECTION, id, entry.createdEpochSeconds, entry);
        return entry;
      } catch (error) {
        await rm(fileOf(id), { force: true });
        throw error;
      }
    },
    async remove(id) {
      if (id === BUILT_IN) throw new HttpProblem(409, 'the built-in trace stays');
      if (options.isInUse(id)) throw new HttpProblem(409, 'a job that waits or runs uses this trace');
      if (!store.delete(COLLECTION, id)) throw new HttpProblem(404, 'there is no such trace');
      await rm(fileOf(id), { force: true });
    },
  };
}

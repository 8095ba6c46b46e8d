import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Client, LiveAnswer, ProfileEntry, TraceEntry } from '../../../../clients/typescript/src/index.js';
import { problemOf, type PageProblem } from './problems.js';

/** What there is to choose from. */
export interface Catalogue {
  readonly traces: readonly TraceEntry[];
  readonly profiles: readonly ProfileEntry[];
  /** The running service as it was when the page came; null: none is watched, or it cannot be read. */
  readonly live: LiveAnswer | null;
  readonly problem: PageProblem | null;
  /** Uploads a trace and gives its name; what goes wrong is in `problem`. */
  readonly upload: (file: File) => Promise<string | null>;
}

/** Reads the traces and profiles of the service. */
export function useCatalogue(client: Client): Catalogue {
  const [traces, setTraces] = useState<readonly TraceEntry[]>([]);
  const [profiles, setProfiles] = useState<readonly ProfileEntry[]>([]);
  const [live, setLive] = useState<LiveAnswer | null>(null);
  const [problem, setProblem] = useState<PageProblem | null>(null);
  const load = useCallback(async () => {
    try {
      const [foundTraces, foundProfiles] = await Promise.all([client.traces(), client.profiles()]);
      setTraces(foundTraces);
      setProfiles(foundProfiles);
      setProblem(null);
      setLive(await client.live().catch(() => null));
    } catch (error) {
      setProblem(problemOf(error));
    }
  }, [client]);
  useEffect(() => void load(), [load]);
  return {
    ...{ traces, profiles, live, problem },
    async upload(file) {
      try {
        const { id } = await client.uploadTrace(file, file.name.slice(0, 100));
        await load();
        return id;
      } catch (error) {
        setProblem(problemOf(error));
        return null;
      }
    },
  };
}

import { useCallback, useRef, useState } from 'preact/hooks';
import type { Answer, Client, JobSummary, Kind } from '../../../../clients/typescript/src/index.js';
import { problemOf, type PageProblem } from '../state/problems.js';
import type { PageState } from '../state/question.js';
import { kindsOf, requestOf } from '../state/requests.js';

/** How far one kind of a question is. */
export type Part<K extends Kind = Kind> =
  | { readonly phase: 'working'; readonly job: JobSummary | null }
  | { readonly phase: 'done'; readonly answer: Answer<K> }
  | { readonly phase: 'failed'; readonly problem: PageProblem };

/** A question that was asked, and its parts. */
export interface Asked {
  readonly state: PageState;
  readonly parts: { readonly [K in Kind]?: Part<K> };
}

/** Asks questions, one at a time. */
export interface Asker {
  readonly asked: Asked | null;
  readonly isWorking: boolean;
  readonly ask: (state: PageState) => void;
  readonly cancel: () => void;
}

/** Asks, follows the jobs, and takes them back when another question comes. */
export function useAsker(client: Client): Asker {
  const [asked, setAsked] = useState<Asked | null>(null);
  const current = useRef<Asked | null>(null);
  const show = (next: Asked): void => setAsked((current.current = next));

  const cancel = useCallback(() => {
    for (const part of Object.values(current.current?.parts ?? {}))
      if (part.phase === 'working' && part.job !== null) client.cancel(part.job.id).catch(() => undefined);
  }, [client]);

  const ask = useCallback(
    (state: PageState) => {
      cancel();
      const kinds = kindsOf(state);
      show({ state, parts: Object.fromEntries(kinds.map((kind) => [kind, { phase: 'working', job: null }])) });
      const set = (kind: Kind, part: Part): void => {
        const now = current.current;
        if (now?.state === state) show({ state, parts: { ...now.parts, [kind]: part } });
        else if (part.phase === 'working' && part.job?.state === 'queued') void client.cancel(part.job.id);
      };
      for (const kind of kinds) void follow(client, kind, state, set);
    },
    [client, cancel],
  );
  const isWorking = Object.values(asked?.parts ?? {}).some(({ phase }) => phase === 'working');
  return { asked, isWorking, ask, cancel };
}

async function follow(
  client: Client,
  kind: Kind,
  state: PageState,
  set: (kind: Kind, part: Part) => void,
): Promise<void> {
  try {
    const onProgress = (job: JobSummary): void => set(kind, { phase: 'working', job });
    const answer = await client.ask(kind, requestOf(kind, state.fields), { onProgress });
    set(kind, { phase: 'done', answer });
  } catch (error) {
    set(kind, { phase: 'failed', problem: problemOf(error) });
  }
}

import { useEffect, useState } from 'preact/hooks';
import { queryOf, stateOf, type Fields, type PageState, type View } from './question.js';

/** The state of the page, which is the address's. */
export interface Question {
  readonly state: PageState;
  /** Changes fields; the address follows without a new entry in the history. */
  readonly set: (changes: Partial<Fields>) => void;
  /** Goes to another view. */
  readonly go: (view: View) => void;
}

/** Keeps the state in the address. */
export function useQuestion(): Question {
  const [state, setState] = useState<PageState>(() => stateOf(location.search));
  useEffect(() => {
    const back = (): void => setState(stateOf(location.search));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const address = (next: PageState): string => `?${queryOf(next)}`;
  return {
    state,
    set(changes) {
      const next = { ...state, fields: { ...state.fields, ...changes } };
      history.replaceState(null, '', address(next));
      setState(next);
    },
    go(view) {
      const next = { ...state, view };
      history.pushState(null, '', address(next));
      setState(next);
    },
  };
}

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer, Kind } from '../../../../clients/typescript/src/index.js';
import { download, jsonFile } from '../export/download.js';
import { queryOf, type PageState } from '../state/question.js';
import { requestOf } from '../state/requests.js';

/** What can be done with an answer: its document, question and all, and a link to the question. */
export function Actions<K extends Kind>({
  kind,
  state,
  answer,
}: {
  readonly kind: K;
  readonly state: PageState;
  readonly answer: Answer<K>;
}): JSX.Element {
  const [said, say] = useState('');
  const link = new URL(`?${queryOf(state)}`, location.href).href;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      say('Copied.');
    } catch {
      say('The browser does not allow it: copy the address instead.');
    }
  };
  const save = (): void =>
    download(`${kind}.json`, jsonFile({ question: requestOf(kind, state.fields), answer, page: link }));
  return (
    <p class="actions">
      <button type="button" onClick={() => void copy()}>
        Copy link
      </button>
      <button type="button" onClick={save}>
        JSON
      </button>
      <span role="status" class="note">
        {said}
      </span>
    </p>
  );
}

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { openClient } from '../../../clients/typescript/src/index.js';
import { Answers } from './answers/answers.js';
import { useAsker, type Asked } from './answers/use-asker.js';
import { Problem } from './answers/progress.js';
import { Welcome } from './answers/welcome.js';
import { Panel } from './panel/panel.js';
import { Token } from './panel/token.js';
import { queryOf, stateOf, VIEWS, type PageState, type View } from './state/question.js';
import { useCatalogue } from './state/use-catalogue.js';
import { useQuestion, type Question } from './state/use-state.js';

/** The questions in short, and what is left out where there is little room. */
const TITLES: Readonly<Record<View, readonly [start: string, wide: string]>> = {
  size: ['How many', ' GPUs?'],
  splits: ['Which split', '?'],
  forecast: ['What comes', ' next?'],
  plan: ['What to run', ' when?'],
};

const TOKEN = 'foresail-token';

/** The whole page: the question on one side, its answer on the other. */
export function App(): JSX.Element {
  const [token, setToken] = useState(() => sessionStorage.getItem(TOKEN) ?? '');
  const client = useMemo(() => openClient({ url: '', ...(token === '' ? {} : { token }) }), [token]);
  const question = useQuestion();
  const catalogue = useCatalogue(client);
  const state = withProfile(question.state, catalogue.profiles.find(({ isDefault }) => isDefault)?.name ?? '');
  const asker = useAsker(client);
  const answer = useRef<HTMLElement>(null);
  const shown = asker.asked?.state.view === state.view ? asker.asked : null;
  const ask = (): void => {
    asker.ask(state);
    if (matchMedia('(max-width: 899px)').matches) answer.current?.scrollIntoView();
  };
  const isReady = catalogue.profiles.length > 0;
  useEffect(() => {
    if (isReady && stateOf(location.search).isAsked) asker.ask(state);
  }, [isReady]);
  const errors = Object.assign({}, ...Object.values(shown?.parts ?? {}).map(fieldsOf)) as ReturnType<typeof fieldsOf>;
  const needsToken = catalogue.problem?.needsToken === true;
  return (
    <>
      <a class="skip" href="#answer">
        To the answer
      </a>
      <Masthead question={question} />
      <div class="layout">
        <Panel
          form={{ fields: state.fields, set: question.set, errors }}
          {...{ view: state.view, catalogue, client, isWorking: shown !== null && asker.isWorking, onAsk: ask }}
        />
        <main id="answer" ref={answer} tabIndex={-1}>
          <a class="to-question" href="#question">
            To the question
          </a>
          {needsToken && (
            <Token
              onToken={(next) => {
                sessionStorage.setItem(TOKEN, next);
                setToken(next);
              }}
            />
          )}
          {catalogue.problem !== null && !needsToken && <Problem problem={catalogue.problem} />}
          {shown === null ? <Welcome /> : <Shown {...{ asked: shown, state, onCancel: asker.cancel }} />}
        </main>
      </div>
    </>
  );
}

function Masthead({ question }: { readonly question: Question }): JSX.Element {
  const { state, go } = question;
  return (
    <header class="masthead">
      <p class="brand">
        <a href="./">Foresail</a>
      </p>
      <nav aria-label="Questions">
        {VIEWS.map((view) => (
          <a
            href={`?${queryOf({ ...state, view })}`}
            {...(view === state.view ? { 'aria-current': 'page' as const } : {})}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              go(view);
            }}
          >
            {TITLES[view][0]}
            <span class="wide">{TITLES[view][1]}</span>
          </a>
        ))}
      </nav>
      <a class="docs" href="/docs">
        HTTP API
      </a>
    </header>
  );
}

/** What was asked, and whether the form has moved on since. */
function Shown(props: {
  readonly asked: Asked;
  readonly state: PageState;
  readonly onCancel: () => void;
}): JSX.Element {
  const { asked, state, onCancel } = props;
  const isStale = queryOf(asked.state) !== queryOf(state);
  return (
    <div class={isStale ? 'shown is-stale' : 'shown'}>
      {isStale && <p class="stale">The question has changed since this answer: ask again.</p>}
      <Answers {...{ asked, onCancel }} />
    </div>
  );
}

type Part = NonNullable<Asked['parts'][keyof Asked['parts']]>;

function fieldsOf(part: Part): Extract<Part, { phase: 'failed' }>['problem']['fields'] {
  return part.phase === 'failed' ? part.problem.fields : {};
}

/** The profile that is meant where none is chosen: the service's own. */
function withProfile(state: PageState, profile: string): PageState {
  return state.fields.profile === '' ? { ...state, fields: { ...state.fields, profile } } : state;
}

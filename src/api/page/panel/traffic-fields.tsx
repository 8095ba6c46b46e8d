import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Client, TraceEntry } from '../../../../clients/typescript/src/index.js';
import { LIVE } from '../state/requests.js';
import { liveWords } from '../words/live.js';
import type { Catalogue } from '../state/use-catalogue.js';
import type { View } from '../state/question.js';
import { day, number, span } from '../words/format.js';
import { ChoiceField, NumberField, type Form } from './fields.js';
import { LoadStrip } from './load-strip.js';

const PART_LABELS: Readonly<Record<View, string>> = {
  size: 'Part to serve',
  splits: 'Requests like those of',
  forecast: 'What is known',
  plan: 'What is known',
};

/** Which requests: a trace, a part of it, its scale and growth. */
export function TrafficFields({
  form,
  catalogue,
  view,
  client,
}: {
  readonly form: Form;
  readonly catalogue: Catalogue;
  readonly client: Client;
  readonly view: View;
}): JSX.Element {
  const trace = catalogue.traces.find(({ id }) => id === form.fields.trace);
  const { live } = catalogue;
  const isLive = form.fields.trace === LIVE;
  const stored = catalogue.traces.map(
    ({ id, name, requests }) => [id, `${name} (${number(requests)} requests)`] as const,
  );
  const known = live === null ? stored : [...stored, [LIVE, `Live: ${live.model}`] as const];
  // A running service is read up to now, at its own rate unless another one is asked for.
  const choosing: Form = {
    ...form,
    set: (changes) =>
      form.set(changes.trace === LIVE ? { ...changes, rate: '', fromHours: '0', forHours: '' } : changes),
  };
  return (
    <fieldset>
      <legend>Traffic</legend>
      <ChoiceField
        {...{ form: choosing, name: 'trace', label: 'Trace' }}
        choices={trace || (isLive && live) ? known : [...known, [form.fields.trace, form.fields.trace]]}
      />
      <Upload catalogue={catalogue} onTrace={(id) => form.set({ trace: id, fromHours: '0', forHours: '' })} />
      {isLive && live !== null && <p class="live">{liveWords(live)}</p>}
      <PartField {...{ form, trace, label: PART_LABELS[view] }} />
      {trace !== undefined && <LoadStrip {...{ client, trace, fields: form.fields }} />}
      {view !== 'splits' && (
        <div class="pair">
          <NumberField {...{ form, name: 'rate', label: 'Mean rate', unit: 'req/s', placeholder: 'as is' }} />
          <NumberField {...{ form, name: 'growth', label: 'Growth', unit: '×' }} />
        </div>
      )}
    </fieldset>
  );
}

/** The whole trace, one of its days, or hours of one's own. */
function PartField(props: {
  readonly form: Form;
  readonly trace: TraceEntry | undefined;
  readonly label: string;
}): JSX.Element {
  const { form, trace, label } = props;
  const { fromHours, forHours } = form.fields;
  const days = daysOf(trace);
  const value = `${fromHours}/${forHours}`;
  const [isOwn, setOwn] = useState(false);
  const isListed = days.some(([choice]) => choice === value);
  const showsOwn = isOwn || !isListed || form.errors.fromHours !== undefined || form.errors.forHours !== undefined;
  const choose = (choice: string): void => {
    setOwn(choice === 'own');
    const [from = '0', length = ''] = choice.split('/');
    if (choice !== 'own') form.set({ fromHours: from, forHours: length });
  };
  return (
    <>
      <div class="field">
        <label for="part">{label}</label>
        <select id="part" value={showsOwn ? 'own' : value} onChange={(event) => choose(event.currentTarget.value)}>
          {days.map(([choice, text]) => (
            <option value={choice} selected={!showsOwn && choice === value}>
              {text}
            </option>
          ))}
          <option value="own" selected={showsOwn}>
            Hours of your own
          </option>
        </select>
      </div>
      {showsOwn && (
        <div class="pair">
          <NumberField {...{ form, name: 'fromHours', label: 'From', unit: 'h' }} />
          <NumberField {...{ form, name: 'forHours', label: 'For', unit: 'h', placeholder: 'to the end' }} />
        </div>
      )}
    </>
  );
}

function daysOf(trace: TraceEntry | undefined): (readonly [string, string])[] {
  if (trace === undefined) return [['0/', 'All there is']];
  const { spanSeconds, startEpochSeconds } = trace;
  const days = Math.min(31, Math.floor(spanSeconds / 86400));
  const single = Array.from({ length: days }, (_, i) => {
    const name = day(i * 86400, startEpochSeconds);
    return [`${i * 24}/24`, name.charAt(0).toUpperCase() + name.slice(1)] as const;
  });
  return [['0/', `The whole trace, ${span(spanSeconds)}`], ...(days > 1 ? single : [])];
}

function Upload({ catalogue, onTrace }: { catalogue: Catalogue; onTrace: (id: string) => void }): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const send = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setBusy(true);
    const id = await catalogue.upload(file);
    setBusy(false);
    if (id !== null) onTrace(id);
  };
  return (
    <div class="field upload">
      <label for="upload">{isBusy ? 'Uploading …' : 'Upload a trace (CSV, plain or gzip)'}</label>
      <input
        {...{ id: 'upload', type: 'file', accept: '.csv,.gz,text/csv,application/gzip', disabled: isBusy }}
        onChange={(event) => void send(event.currentTarget.files?.[0])}
      />
    </div>
  );
}

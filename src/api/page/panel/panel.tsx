import type { JSX } from 'preact';
import type { Client } from '../../../../clients/typescript/src/index.js';
import type { View } from '../state/question.js';
import type { Catalogue } from '../state/use-catalogue.js';
import { ChoiceField, NumberField, type Form } from './fields.js';
import { ProfileFields } from './profile-fields.js';
import { TrafficFields } from './traffic-fields.js';

/** The question as a form. */
export interface PanelProps {
  readonly form: Form;
  readonly view: View;
  readonly catalogue: Catalogue;
  readonly client: Client;
  readonly isWorking: boolean;
  readonly onAsk: () => void;
}

/** Traffic, model and GPU, SLO and budget, and what the view wants besides. */
export function Panel({ form, view, catalogue, client, isWorking, onAsk }: PanelProps): JSX.Element {
  return (
    <form
      class="panel"
      id="question"
      aria-label="The question"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onAsk();
      }}
    >
      <TrafficFields {...{ form, catalogue, client, view }} />
      {view !== 'forecast' && <ProfileFields {...{ form, catalogue, view }} />}
      {view !== 'forecast' && <SloFields form={form} />}
      <fieldset>
        <legend>{view === 'forecast' ? 'Forecast' : 'Budget'}</legend>
        <ExtraFields {...{ form, view }} />
      </fieldset>
      <button class="ask" type="submit">
        {isWorking ? 'Ask again' : 'Ask'}
      </button>
    </form>
  );
}

function SloFields({ form }: { readonly form: Form }): JSX.Element {
  return (
    <fieldset>
      <legend>Service level</legend>
      <div class="pair">
        <NumberField {...{ form, name: 'ttft', label: 'First token', unit: 's', placeholder: 'any' }} />
        <NumberField {...{ form, name: 'tpot', label: 'Each next', unit: 'ms', placeholder: 'any' }} />
        <NumberField {...{ form, name: 'e2e', label: 'Whole answer', unit: 's', placeholder: 'any' }} />
        <NumberField {...{ form, name: 'share', label: 'For at least', unit: '%' }} />
      </div>
    </fieldset>
  );
}

const SPLITS = [
  ['any', 'Any split'],
  ['prefill-decode', 'Prefill and decode apart'],
  ['serve', 'Colocated'],
] as const;

const MODELS = [
  ['ensemble', 'Ensemble (learns, best)'],
  ['yesterday', 'As yesterday (at once)'],
  ['last-week', 'As last week (at once)'],
  ['holt-winters', 'Holt-Winters'],
] as const;

const MINUTES = [
  ['10', '10 minutes'],
  ['30', '30 minutes'],
  ['60', '1 hour'],
] as const;

function ExtraFields({ form, view }: { readonly form: Form; readonly view: View }): JSX.Element {
  const gpus = <NumberField {...{ form, name: 'gpus', label: 'At most', unit: 'GPUs' }} />;
  const model = <ChoiceField {...{ form, name: 'model', label: 'Forecaster' }} choices={MODELS} />;
  switch (view) {
    case 'size':
      return (
        <div class="pair">
          {gpus}
          <ChoiceField {...{ form, name: 'splits', label: 'Deployment' }} choices={SPLITS} />
        </div>
      );
    case 'splits':
      return gpus;
    case 'forecast':
      return (
        <>
          <div class="pair">
            <NumberField {...{ form, name: 'steps', label: 'Steps ahead', unit: 'steps' }} />
            <NumberField {...{ form, name: 'stepMinutes', label: 'Each', unit: 'min' }} />
          </div>
          {model}
        </>
      );
    case 'plan':
      return (
        <>
          <div class="pair">
            {gpus}
            <ChoiceField {...{ form, name: 'planMinutes', label: 'Plan for' }} choices={MINUTES} />
            <NumberField {...{ form, name: 'launch', label: 'Launch time', unit: 's', placeholder: 'profile' }} />
            <ChoiceField
              {...{ form, name: 'quantile', label: 'Be ready for' }}
              choices={['0.5', '0.8', '0.9', '0.95', '0.99'].map((level) => [level, `P${Number(level) * 100} load`])}
            />
          </div>
          {model}
          <ChoiceField
            {...{ form, name: 'windowMinutes', label: 'Replay against static and reactive' }}
            hint="The busiest window of what is known, request by request: a minute or more."
            choices={[
              ['0', 'No'],
              ['30', 'Busiest 30 minutes'],
              ['60', 'Busiest hour'],
            ]}
          />
        </>
      );
  }
}

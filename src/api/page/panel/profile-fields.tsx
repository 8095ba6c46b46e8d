import type { JSX } from 'preact';
import type { Catalogue } from '../state/use-catalogue.js';
import type { View } from '../state/question.js';
import { rivalsOf, rivalsText, type Rival } from '../state/requests.js';
import { profileParts } from '../words/format.js';
import { ChoiceField, NumberField, type Form } from './fields.js';

/** Model and GPU; where fleets are sized, others to compare with, and prices. */
export function ProfileFields({
  form,
  catalogue,
  view,
}: {
  readonly form: Form;
  readonly catalogue: Catalogue;
  readonly view: View;
}): JSX.Element {
  const names = catalogue.profiles.map(({ name }) => name);
  const own = form.fields.profile;
  const choices = (names.includes(own) || own === '' ? names : [...names, own]).map(
    (name) => [name, titleOf(name)] as const,
  );
  const others = names.filter((name) => name !== own);
  return (
    <fieldset>
      <legend>Model and GPU</legend>
      <ChoiceField {...{ form, name: 'profile', label: 'Profile' }} choices={choices} />
      {view === 'size' && (
        <>
          <NumberField {...{ form, name: 'price', label: 'Price', unit: 'per GPU-hour', placeholder: 'not asked' }} />
          {others.length > 0 && <Rivals {...{ form, others }} />}
        </>
      )}
    </fieldset>
  );
}

function titleOf(name: string): string {
  const { gpu, model, precision } = profileParts(name);
  return `${gpu} · ${model} · ${precision}`;
}

function shortTitle(name: string): string {
  const { gpu, model } = profileParts(name);
  return `${gpu} · ${model}`;
}

function Rivals({ form, others }: { readonly form: Form; readonly others: readonly string[] }): JSX.Element {
  const rivals = rivalsOf(form.fields.rivals);
  const change = (profile: string, next: Rival | null): void => {
    const kept = rivals.filter((rival) => rival.profile !== profile);
    form.set({ rivals: rivalsText(next === null ? kept : [...kept, next]) });
  };
  return (
    <div class="field rivals" role="group" aria-label="Compare with">
      <p class="label">Compare with</p>
      {others.map((profile) => {
        const rival = rivals.find((found) => found.profile === profile);
        return (
          <div class="rival">
            <label>
              <input
                type="checkbox"
                checked={rival !== undefined}
                onChange={(event) => change(profile, event.currentTarget.checked ? { profile, price: '' } : null)}
              />
              {shortTitle(profile)}
            </label>
            {rival !== undefined && (
              <input
                {...{ type: 'number', min: '0', step: 'any', placeholder: 'price', value: rival.price }}
                aria-label={`Price of ${shortTitle(profile)} per GPU-hour`}
                onInput={(event) => change(profile, { profile, price: event.currentTarget.value })}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import type { Field, Fields } from '../state/question.js';
import type { PageProblem } from '../state/problems.js';

/** What every field of the form needs. */
export interface Form {
  readonly fields: Fields;
  readonly set: (changes: Partial<Fields>) => void;
  /** What the service, or the page, says against fields. */
  readonly errors: PageProblem['fields'];
}

interface Labelled {
  readonly form: Form;
  readonly name: Field;
  readonly label: string;
  readonly hint?: string;
}

/** A field for a number, with its unit. */
export function NumberField(props: Labelled & { readonly unit: string; readonly placeholder?: string }): JSX.Element {
  const { form, name, unit, placeholder = '' } = props;
  return (
    <Row {...props}>
      <span class="with-unit">
        <input
          {...attributes(props)}
          type="number"
          step="any"
          min="0"
          inputMode="decimal"
          placeholder={placeholder}
          value={form.fields[name]}
          onInput={(event) => form.set({ [name]: event.currentTarget.value })}
        />
        <span class="unit" aria-hidden="true">
          {unit}
        </span>
      </span>
    </Row>
  );
}

/** A field that is one of several. */
export function ChoiceField(
  props: Labelled & { readonly choices: readonly (readonly [value: string, text: string])[] },
): JSX.Element {
  const { form, name, choices } = props;
  const value = form.fields[name];
  return (
    <Row {...props}>
      <select
        {...attributes(props)}
        value={value}
        onChange={(event) => form.set({ [name]: event.currentTarget.value })}
      >
        {choices.map(([choice, text]) => (
          <option value={choice} selected={choice === value}>
            {text}
          </option>
        ))}
      </select>
    </Row>
  );
}

interface FieldAttributes {
  readonly id: string;
  readonly name: string;
  readonly 'aria-invalid'?: 'true';
  readonly 'aria-describedby'?: string;
}

function attributes({ form, name, hint }: Labelled): FieldAttributes {
  const isWrong = form.errors[name] !== undefined;
  const described = [hint === undefined ? '' : `${name}-hint`, isWrong ? `${name}-error` : '']
    .filter(Boolean)
    .join(' ');
  return {
    ...{ id: name, name },
    ...(isWrong ? { 'aria-invalid': 'true' } : {}),
    ...(described === '' ? {} : { 'aria-describedby': described }),
  };
}

function Row({ form, name, label, hint, children }: Labelled & { readonly children: ComponentChildren }): JSX.Element {
  const error = form.errors[name];
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {children}
      {hint !== undefined && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p class="error" id={`${name}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

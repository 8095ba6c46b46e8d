/** What can be asked on the page. */
export const VIEWS = ['size', 'splits', 'forecast', 'plan'] as const;

/** One of VIEWS. */
export type View = (typeof VIEWS)[number];

/** Every field of the form with what it holds at first, as text: what a reader typed stays as it is until it is asked. */
export const DEFAULTS = {
  trace: 'modelled-week',
  fromHours: '0',
  forHours: '',
  rate: '10',
  growth: '1',
  profile: '',
  price: '',
  rivals: '',
  ttft: '1',
  tpot: '30',
  e2e: '',
  share: '90',
  gpus: '8',
  splits: 'any',
  steps: '24',
  stepMinutes: '10',
  model: 'ensemble',
  planMinutes: '30',
  quantile: '0.9',
  launch: '',
  windowMinutes: '30',
} as const;

/** The name of a field. */
export type Field = keyof typeof DEFAULTS;

/** What the form holds. */
export type Fields = Readonly<Record<Field, string>>;

/** The state of the page: all of it is in the address, so that a question can be shared. */
export interface PageState {
  readonly view: View;
  readonly fields: Fields;
}

const MOST_CHARACTERS = 300;

/**
 * The state as the query of an address, without `?`; fields that hold their default are left out.
 *
 * @example queryOf({ view: 'size', fields: { ...DEFAULTS, growth: '3' } }) // => 'ask=size&growth=3'
 */
export function queryOf({ view, fields }: PageState): string {
  const query = new URLSearchParams({ ask: view });
  for (const name of FIELDS) if (fields[name] !== DEFAULTS[name]) query.set(name, fields[name]);
  return query.toString();
}

/** The state that an address means, and whether it asks something; what is unknown or too long is left out. */
export function stateOf(query: string): PageState & { readonly isAsked: boolean } {
  const given = new URLSearchParams(query);
  const view = VIEWS.find((known) => known === given.get('ask'));
  const fields: Record<Field, string> = { ...DEFAULTS };
  for (const name of FIELDS) {
    const value = given.get(name);
    if (value !== null && value.length <= MOST_CHARACTERS) fields[name] = value;
  }
  return { view: view ?? 'size', fields, isAsked: view !== undefined };
}

const FIELDS = Object.keys(DEFAULTS) as Field[];

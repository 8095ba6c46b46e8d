import type { Kind, Question } from '../../../../clients/typescript/src/index.js';
import type { Field, Fields, PageState, View } from './question.js';

/** What each view asks, in order. */
export const ASKS: Readonly<Record<View, readonly Kind[]>> = {
  size: ['capacity'],
  splits: ['goodput'],
  forecast: ['forecast'],
  plan: ['plan', 'contest'],
};

/** The trace by whose name questions are about the running service. */
export const LIVE = 'live';

/** A field that cannot be sent as it is. */
export class FieldProblem extends Error {
  override readonly name = 'FieldProblem';
  constructor(
    readonly field: Field,
    detail: string,
  ) {
    super(detail);
  }
}

type Profile = NonNullable<Question<'capacity'>['profiles']>[number];

/** A profile to compare with, and its price per GPU and hour as it was typed. */
export interface Rival {
  readonly profile: string;
  readonly price: string;
}

/** The profiles to compare with: `name:price,name:price`, the price may be missing. */
export function rivalsOf(text: string): Rival[] {
  return text
    .split(',')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [profile = '', price = ''] = entry.split(':');
      return { profile, price };
    });
}

/** The text of profiles to compare with. */
export function rivalsText(rivals: readonly Rival[]): string {
  return rivals.map(({ profile, price }) => (price === '' ? profile : `${profile}:${price}`)).join(',');
}

/**
 * The request of one kind that the form means.
 *
 * @throws FieldProblem when a field holds no number where one is wanted
 */
export function requestOf<K extends Kind>(kind: K, fields: Fields): Question<K> {
  return REQUESTS[kind](new Reader(fields));
}

/** The kinds that a state asks: a contest only over a window above 0, and not of a running service. */
export function kindsOf({ view, fields }: PageState): Kind[] {
  const hasContest = fields.windowMinutes !== '0' && fields.trace !== LIVE;
  return ASKS[view].filter((kind) => kind !== 'contest' || hasContest);
}

const REQUESTS: { readonly [K in Kind]: (read: Reader) => Question<K> } = {
  capacity: (read) => ({
    ...{ traffic: read.traffic(), slo: read.slo(), profiles: read.profiles(), maxGpus: read.number('gpus') },
    splits: read.fields.splits as NonNullable<Question<'capacity'>['splits']>,
  }),
  goodput: (read) => ({
    ...{ traffic: read.traffic(), slo: read.slo(), ...read.profile(), gpus: read.number('gpus'), upTo: true },
    requests: 2000,
  }),
  forecast: (read) => ({
    ...{ traffic: read.traffic(), model: read.model(), steps: read.number('steps') },
    binSeconds: 60 * read.number('stepMinutes'),
  }),
  plan: (read) => ({
    ...{ traffic: read.traffic(), slo: read.slo(), ...read.profile(), maxGpus: read.number('gpus') },
    ...{ model: read.model(), steps: read.number('planMinutes'), split: read.planSplit() },
    quantile: read.number('quantile') as NonNullable<Question<'plan'>['quantile']>,
    ...read.optional('launch', 'launchSeconds'),
  }),
  contest: (read) => ({
    ...{ traffic: read.traffic(), slo: read.slo(), ...read.profile(), gpus: read.number('gpus'), model: read.model() },
    windowSeconds: 60 * read.number('windowMinutes'),
  }),
  simulate: () => {
    throw new RangeError('the page does not ask simulate');
  },
};

/** Reads fields into the parts of requests. */
class Reader {
  constructor(readonly fields: Fields) {}

  number(field: Field): number {
    const text = this.fields[field].trim();
    const value = Number(text);
    if (text === '' || !Number.isFinite(value)) throw new FieldProblem(field, 'needs a number');
    return value;
  }

  /** The field under another name, times a factor; nothing where it is empty. */
  optional<N extends string>(field: Field, name: N, times = 1): Partial<Record<N, number>> {
    if (this.fields[field].trim() === '') return {};
    return { [name]: this.number(field) * times } as Partial<Record<N, number>>;
  }

  traffic(): NonNullable<Question<'plan'>['traffic']> {
    return {
      trace: this.fields.trace,
      ...(this.fields.trace === LIVE ? {} : { fromSeconds: 3600 * this.number('fromHours') }),
      ...this.optional('forHours', 'forSeconds', 3600),
      ...this.optional('rate', 'meanRate'),
      growth: this.number('growth'),
    };
  }

  slo(): Question<'plan'>['slo'] {
    return {
      ...this.optional('ttft', 'ttftSeconds'),
      ...this.optional('tpot', 'tpotSeconds', 0.001),
      ...this.optional('e2e', 'e2eSeconds'),
      attainment: this.number('share') / 100,
    };
  }

  profile(): { profile?: Profile['profile'] } {
    return this.fields.profile === '' ? {} : { profile: this.fields.profile as Profile['profile'] };
  }

  profiles(): Profile[] {
    const own = { profile: this.fields.profile as Profile['profile'], pricePerGpuHour: this.price(this.fields.price) };
    const others = rivalsOf(this.fields.rivals).map(({ profile, price }) => ({
      profile: profile as Profile['profile'],
      pricePerGpuHour: this.price(price),
    }));
    return [own, ...others];
  }

  price(text: string): number {
    const value = Number(text);
    if (!Number.isFinite(value)) throw new FieldProblem('price', 'needs a number');
    return value;
  }

  model(): NonNullable<Question<'forecast'>['model']> {
    return this.fields.model as NonNullable<Question<'forecast'>['model']>;
  }

  /** Plans know two kinds of splits; any is the separate one. */
  planSplit(): 'prefill-decode' | 'serve' {
    return this.fields.splits === 'serve' ? 'serve' : 'prefill-decode';
  }
}

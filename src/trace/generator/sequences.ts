import { InputError } from '../../base/index.js';
import type { GeneratorModel, ModelShare, WindowSequence } from './model.js';

/** A parameter that changes from the start to the end of a trace. @source BurstGPT 4.1, 5.2 */
export interface Sequence {
  readonly kind: 'linear' | 'quadratic' | 'stepped';
  /** Linear: at start and end. Quadratic: at start, middle and end. Stepped: one after another, for equal times. */
  readonly values: readonly number[];
}

const LENGTHS = { linear: [2, 2], quadratic: [3, 3], stepped: [1, 10_000] } as const;

/**
 * Reads `0.5`, `linear:0.5,0.1`, `quadratic:0.5,0.1,0.5` or `stepped:0.5,1,0.25`.
 *
 * @param what names the parameter in messages
 * @throws InputError when it is none of these, or a value is not above 0
 */
export function parseSequence(what: string, text: string): Sequence {
  const colon = text.indexOf(':');
  const kind = colon < 0 ? 'stepped' : text.slice(0, colon);
  const values = text
    .slice(colon + 1)
    .split(',')
    .map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (kind !== 'linear' && kind !== 'quadratic' && kind !== 'stepped')
    throw new InputError(`${what} must be a number, or linear:, quadratic: or stepped: with numbers, got "${text}"`);
  const [least, most] = colon < 0 ? [1, 1] : LENGTHS[kind];
  if (values.length < least || values.length > most || !values.every((value) => value > 0 && Number.isFinite(value)))
    throw new InputError(
      `${what}: ${kind} takes ${least === most ? least : 'one or more'} numbers above 0, got "${text}"`,
    );
  return { kind, values };
}

/**
 * The parameter at a place of the trace.
 *
 * @param share from 0, the start, to 1, the end
 * @example sequenceAt({ kind: 'linear', values: [1, 3] }, 0.5) // => 2
 */
export function sequenceAt({ kind, values }: Sequence, share: number): number {
  const [a, b, c] = values as [number, number, number];
  if (kind === 'linear') return a + (b - a) * share;
  // the parabola through the three points
  if (kind === 'quadratic') return a + (4 * b - 3 * a - c) * share + (2 * a - 4 * b + 2 * c) * share * share;
  return values[Math.min(values.length - 1, Math.floor(share * values.length))]!;
}

/** What is given in place of a model's own arrivals and request lengths. */
export interface GivenLaws {
  /** Gamma shape of gaps. */
  readonly alpha: Sequence;
  /** Gamma scale of gaps, seconds. */
  readonly beta: Sequence;
  /** Exponent of request lengths; null: the models' own. */
  readonly theta: Sequence | null;
}

/**
 * A model whose requests come in one stream with the given laws, window by window over `days`; which model a request goes to,
 * failures and responses are those of the first service. @source BurstGPT 4.2, Modelled Scaling
 *
 * @throws InputError when a law dips to 0 or below between its values
 */
export function withGivenLaws(model: GeneratorModel, laws: GivenLaws, days: number): GeneratorModel {
  const windows = Math.max(1, Math.ceil((days * 86400) / model.windowSeconds - 1e-9));
  const column = (what: string, sequence: Sequence): number[] =>
    Array.from({ length: windows }, (_, window) => {
      const value = sequenceAt(sequence, windows === 1 ? 0 : window / (windows - 1));
      if (value > 0) return value;
      throw new InputError(
        `${what}: a ${sequence.kind} course through ${sequence.values.join(', ')} falls to ${value}, must stay above 0`,
      );
    });
  const sequence: WindowSequence = {
    shape: column('alpha', laws.alpha),
    scaleSeconds: column('beta', laws.beta),
    ...(laws.theta ? { zipfExponent: column('theta', laws.theta) } : {}),
  };
  const first = model.services[0]!;
  return {
    ...model,
    name: `${model.name}, given laws`,
    services: [{ ...first, windows: sequence, bursts: null }],
  };
}

/** A model whose request lengths all have one exponent. */
export function withExponent(model: GeneratorModel, exponent: number): GeneratorModel {
  const share = (own: ModelShare): ModelShare => ({ ...own, prompt: { ...own.prompt, exponent } });
  return { ...model, services: model.services.map((service) => ({ ...service, models: service.models.map(share) })) };
}

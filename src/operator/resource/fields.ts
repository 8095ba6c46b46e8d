import { z } from 'zod';
import { parseDuration } from '../../base/index.js';
import { parseRatio } from '../../spec/index.js';
import { withRules } from './rules.js';

// A time above 0 in the grammar of base/parseDuration, its unit always said.
const AMOUNT = String.raw`(\d*[1-9]\d*(\.\d+)?|\d*\.\d*[1-9]\d*)`;
const RULE = 'must be a time above 0 with its unit, such as 500ms, 90s, 10m or 1h';

const text = (pattern: string, rule: string): z.ZodString =>
  z
    .string()
    .max(20)
    .regex(new RegExp(`^${pattern}$`), rule);

/** A duration, read as seconds. */
export const duration = text(`${AMOUNT}(ms|s|m|h|d|w)`, RULE).transform((written) => parseDuration(written));

/** A duration within bounds that are written alike; without days and weeks, which Kubernetes' CEL does not know. */
export function durationWithin(least: string, most: string): typeof duration {
  const within = text(`${AMOUNT}(ms|s|m|h)`, RULE).transform((written) => parseDuration(written));
  return withRules(within, [
    {
      rule: `duration(self) >= duration('${least}') && duration(self) <= duration('${most}')`,
      message: `must be a time from ${least} to ${most}`,
      holds: (seconds) => seconds >= parseDuration(least) && seconds <= parseDuration(most),
    },
  ]);
}

/** A duration, or `observed` for what was measured. */
export const durationOrObserved = text(
  `(observed|${AMOUNT}(ms|s|m|h))`,
  RULE.replace('must be', 'must be observed, or'),
).transform((written) => (written === 'observed' ? written : parseDuration(written)));

/** A ratio of prefill to decode instances, read as its two numbers. */
export const ratio = z
  .string()
  .max(9)
  .regex(/^[1-9][0-9]{0,3}:[1-9][0-9]{0,3}$/, 'must be prefill:decode instances such as 1:6')
  .transform((text) => parseRatio(text));

/** A role of a pool. */
export const role = z.enum(['serve', 'prefill', 'decode']);

/** The name of an object in the resource's own namespace. */
export const objectName = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'must be the name of a Kubernetes object');

/** A key of a Secret or ConfigMap. */
export const dataKey = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[-._a-zA-Z0-9]+$/, 'must be a key of a Secret or ConfigMap');

/** How many replicas a pool may be given; the search over configurations is bounded by it. */
export const replicaCount = z.int().min(1).max(999);

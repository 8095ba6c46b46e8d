import type { InstanceCounts } from '../spec/index.js';

/** How far a decision goes. `Shadow`: said only; `Recommend`: published too; `Bounded`: written, `maxStep` at a time; `Auto`: written. */
export type Mode = 'Shadow' | 'Recommend' | 'Bounded' | 'Auto';

/** What a user may say about the pace of scaling and about missing metrics; nothing of it is about the load. */
export interface ScalingRules {
  readonly mode: Mode;
  /** Mode Bounded: most instances by which a decision leaves the current count of a role; null does not limit. */
  readonly maxStep: number | null;
  /** The pace of each role, in the shape of a HorizontalPodAutoscaler's `behavior`; null does not limit. */
  readonly behavior: ScalingBehavior | null;
  /** What to hold when metrics stay missing; null: the fleet stays as it is. */
  readonly fallback: Fallback | null;
}

/** The pace upwards and downwards; what is left out does not limit. */
export interface ScalingBehavior {
  readonly scaleUp?: DirectionRules | undefined;
  readonly scaleDown?: DirectionRules | undefined;
}

/** The pace in one direction. */
export interface DirectionRules {
  /** How long past wishes count: up follows the lowest of them, down the highest. Down, `stabilizationSeconds` unless said. */
  readonly stabilizationWindowSeconds?: number | undefined;
  /** `Max` (the default): the policy that allows most counts; `Min`: the one that allows least; `Disabled`: no change. */
  readonly selectPolicy?: 'Max' | 'Min' | 'Disabled' | undefined;
  readonly policies?: readonly PacePolicy[] | undefined;
}

/** So many instances, or so many percent of what there was, within a period. */
export interface PacePolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

/** Instances to hold once metrics have been missing for so long. */
export interface Fallback {
  readonly afterSeconds: number;
  readonly replicas: InstanceCounts;
}

/** No rule set: every decision is written as it is. */
export const PLAIN_RULES: ScalingRules = { mode: 'Auto', maxStep: null, behavior: null, fallback: null };

/** The rules with what was left out filled in from PLAIN_RULES. */
export function rulesOf(settings: Partial<ScalingRules>): ScalingRules {
  const { mode, maxStep, behavior, fallback } = settings;
  return {
    mode: mode ?? PLAIN_RULES.mode,
    maxStep: maxStep ?? null,
    behavior: behavior ?? null,
    fallback: fallback ?? null,
  };
}

/** Whether a mode writes replicas; Shadow and Recommend never do. */
export function isWriting(mode: Mode): boolean {
  return mode === 'Bounded' || mode === 'Auto';
}

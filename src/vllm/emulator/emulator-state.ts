import type { ServerResponse } from 'node:http';
import type { Random } from '../../base/index.js';
import type { LatencyProfile } from '../../serving/index.js';
import type { Role } from '../../spec/index.js';
import type { Clock } from '../clock.js';
import type { Faults } from './faults.js';
import type { LiveEngine } from './live-engine.js';
import type { MetricKit } from './metric-kit.js';

/** One emulated replica behind its HTTP server. */
export interface EmulatorState {
  readonly role: Role;
  /** The name that requests ask for, and the label `model_name`. */
  readonly modelName: string;
  readonly profile: LatencyProfile;
  /** Mean length of a response that the model may end. */
  readonly responseTokens: number;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly engine: LiveEngine;
  readonly kit: MetricKit;
  /** Chance, one stream for each use. */
  readonly random: { readonly lengths: Random; readonly fates: Random };
  /** Where decode replicas would fetch KV from. */
  readonly address: { host: string; port: number };
  /** Unix seconds of the start. */
  readonly startedAt: number;
  phase: 'starting' | 'ready' | 'draining';
  /** Requests seen so far; makes ids. */
  requests: number;
  /** Answers in progress, and those that never come. */
  readonly open: Set<ServerResponse>;
  readonly hung: Set<ServerResponse>;
  /** Called whenever an answer in progress has ended. */
  onIdle: () => void;
}

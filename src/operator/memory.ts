import { initialState, type ControlState } from '../control/index.js';
import type { Role } from '../spec/index.js';
import { noLaunches, type LaunchTimes } from './launch-times.js';
import { noEdits, type EditWatch } from './outside-edits.js';

/** What a controller remembers of one GoodputScaler from round to round. Nothing of it outlives the process: a new one begins from what it sees. */
export interface Memory {
  readonly control: ControlState;
  readonly launches: LaunchTimes;
  /** Pods that were seen starting. */
  readonly starting: ReadonlySet<string>;
  readonly edits: EditWatch;
  /** When we last changed the replicas of each role, Unix seconds. */
  readonly askedAt: Readonly<Partial<Record<Role, number>>>;
}

/** What is known before the first round. */
export function newMemory(): Memory {
  return { control: initialState(), launches: noLaunches(), starting: new Set(), edits: noEdits(), askedAt: {} };
}

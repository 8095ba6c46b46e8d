import type { KubeApi } from './kube/kube-api.js';
import { newMemory, type Memory } from './memory.js';
import type { GoodputScaler } from './resource.js';
import type { Service } from './service.js';

/** One GoodputScaler at work. */
export interface Attended {
  readonly uid: string;
  memory: Memory;
  readonly service: Service;
  /** What its service was opened for. */
  readonly openedFor: string;
}

/** The GoodputScalers at work, each with its memory and its service. */
export interface Attendance {
  /** The one of a key; its service is opened anew when what it is read through has changed. */
  attend(key: string, scaler: GoodputScaler): Promise<Attended>;
  forget(key: string): Promise<void>;
  /** Forgets what was seen and done so far; services stay. */
  beginAnew(): void;
  close(): Promise<void>;
}

/** Opens an empty attendance. */
export function openAttendance(open: (scaler: GoodputScaler, api: KubeApi) => Service, api: KubeApi): Attendance {
  const attended = new Map<string, Attended>();
  const forget = async (key: string): Promise<void> => {
    const one = attended.get(key);
    attended.delete(key);
    await one?.service.close();
  };
  return {
    forget,
    async attend(key, scaler) {
      const openedFor = sourceKey(scaler);
      const known = attended.get(key);
      if (known?.openedFor === openedFor) return known;
      await forget(key);
      const { uid } = scaler.metadata;
      const memory = known?.uid === uid ? known.memory : newMemory();
      const one = { uid, memory, service: open(scaler, api), openedFor };
      attended.set(key, one);
      return one;
    },
    beginAnew() {
      for (const one of attended.values()) one.memory = newMemory();
    },
    async close() {
      await Promise.all([...attended.keys()].map(forget));
    },
  };
}

/** What a service is read and learned through: another one needs another reader. */
function sourceKey({ metadata, spec }: GoodputScaler): string {
  const pools = spec.pools.map(({ role, scaleTargetRef, podSelector, metricLabels }) => ({
    ...{ role, scaleTargetRef, podSelector, metricLabels },
  }));
  return JSON.stringify([metadata.uid, spec.model, pools, spec.load, spec.forecast, spec.profile]);
}

import { hostname } from 'node:os';
import { seededRandom } from '../base/index.js';
import { systemClock } from '../vllm/index.js';
import { openController, type ControllerOptions, type Log } from './controller.js';
import { openMeasurers, openTrainers } from './forecasting/index.js';
import { connectKube } from './kube/connect.js';
import { withRetries } from './kube/retry.js';
import { openElection, type Election } from './leader.js';
import { openService } from './open-service.js';
import { openVolume } from './volume.js';

/** How the operator is run. */
export interface OperatorOptions {
  /** A kubeconfig; default: KUBECONFIG, ~/.kube/config, or the service account of the pod. */
  readonly kubeconfig?: string | undefined;
  /** Namespaces whose GoodputScalers are served; empty: all. */
  readonly namespaces: readonly string[];
  /** The volume: models and samples. */
  readonly dataFolder: string;
  /** Stand for the Lease of this namespace; null: this process is the only one. */
  readonly leaseNamespace: string | null;
  /**
   * Who stands for the lease, when more is known than of this process: one that is started again under the identity of one that is surely
   * gone, as a container in its pod, need not wait for the end of its lease. Default: this process alone.
   */
  readonly identity?: string;
  /** Beginnings of Prometheus addresses that may be asked; empty: any. */
  readonly allow: readonly string[];
  readonly isDryRun: boolean;
  readonly log: Log;
  /** Told of every round that ended, well or not. */
  readonly onRecord?: ControllerOptions['onRecord'];
  readonly onForget?: ControllerOptions['onForget'];
}

/** A running operator. */
export interface Operator {
  /** Whether the GoodputScalers are known. */
  isReady(): boolean;
  /** Whether this process may write now. */
  isLeader(): boolean;
  /** Ends what runs, gives the lease back; replicas stay as they are. */
  stop(): Promise<void>;
}

/** A renewal that takes longer is tried anew while there is time. */
const LEASE_TIMEOUT_SECONDS = 4;

/** Name of the Lease that replicas of the operator share. */
export const LEASE_NAME = 'foresail';

/**
 * Starts the operator against the API server that a kubeconfig or the pod's service account names.
 *
 * @throws InputError when the kubeconfig cannot be used
 */
export async function startOperator(options: OperatorOptions): Promise<Operator> {
  const { log, isDryRun, leaseNamespace } = options;
  const clock = systemClock();
  const epochSeconds = (): number => Date.now() / 1000;
  const { identity = `${hostname()}-${process.pid}-${Date.now().toString(36)}` } = options;
  const random = seededRandom(Date.now() % 2 ** 31, identity);
  const { kubeconfig } = options;
  const plain = await connectKube({ kubeconfig });
  const trainers = openTrainers();
  const measurers = openMeasurers();
  const volume = await openVolume(options.dataFolder, log);
  const services = {
    ...{ volume, trainers, measure: measurers.measure, now: () => clock.now() },
    ...(options.allow.length > 0 && { allow: options.allow }),
  };
  let election: Election | null = null;
  const mayWrite = (): boolean => !isDryRun && (leaseNamespace === null || (election?.isLeader() ?? false));
  const controller = openController({
    api: withRetries(plain, { clock, random }),
    ...{ clock, epochSeconds, random, log, isDryRun, namespaces: options.namespaces },
    mayWrite,
    openService: (scaler, api) => openService(services, scaler, api),
    ...(options.onRecord && { onRecord: options.onRecord }),
    ...(options.onForget && { onForget: options.onForget }),
    ...(!isDryRun && {
      onDelete: (key) => volume.forget(key),
      onListed: (keys) => volume.forgetAllBut(keys, options.namespaces),
    }),
  });
  if (leaseNamespace !== null && !isDryRun)
    election = openElection({
      ...{
        api: await connectKube({ kubeconfig, timeoutSeconds: LEASE_TIMEOUT_SECONDS }),
        namespace: leaseNamespace,
        name: LEASE_NAME,
        identity,
        clock,
        epochSeconds,
      },
      onChange: (isLeader) => {
        log.info({ identity, isLeader }, isLeader ? 'leads' : 'does not lead any more');
        if (isLeader) controller.begin();
      },
      onTrouble: (error) => log.warn({ error: error.message }, 'the lease could not be renewed'),
    });
  return {
    isReady: () => controller.isSynced(),
    isLeader: mayWrite,
    async stop() {
      await controller.stop();
      await election?.stop();
      await trainers.close();
      await measurers.close();
      volume.close();
    },
  };
}

import { Command } from 'commander';
import { InputError } from '../base/index.js';
import type { Operator, ReconcileRecord } from '../operator/index.js';
import { oneOf, wholeNumber } from './numbers.js';
import { roundText } from './operator/round-text.js';
import { print } from './output.js';

interface OperatorFlags {
  readonly kubeconfig?: string;
  readonly namespace: readonly string[];
  readonly data: string;
  readonly host: string;
  readonly port: string;
  readonly leaderElect: boolean;
  readonly leaseNamespace: string;
  readonly prometheusAllow: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly logLevel: string;
}

const EXAMPLES = `
Examples:
  foresail operator --kubeconfig ~/.kube/config --dry-run      # say what would be done
  foresail operator --namespace ai --no-leader-elect

In the cluster the Helm chart starts it. It scales what GoodputScalers name; stopped, it leaves replicas as they are.`;

/** `foresail operator`: scales the fleets of a cluster. */
export function operatorCommand(): Command {
  return new Command('operator')
    .description('Watches GoodputScalers and scales the targets that they name.')
    .option('--kubeconfig <file>', 'how to reach the cluster (default: KUBECONFIG, ~/.kube/config, or the pod)')
    .option('--namespace <name>', 'serve only this namespace; can be given again (default: all)', collect, [])
    .option('--data <dir>', 'the volume: models and samples', './foresail-data')
    .option('--host <address>', 'address of /healthz, /readyz and /metrics', '0.0.0.0')
    .option('--port <n>', 'port of /healthz, /readyz and /metrics; 0: any free one', '8080')
    .option('--leader-elect', 'write only while holding the lease', true)
    .option('--no-leader-elect', 'this process is the only one: write without a lease')
    .option('--lease-namespace <name>', 'where the lease lies', process.env.POD_NAMESPACE ?? 'foresail-system')
    .option('--prometheus-allow <prefix>', 'ask only addresses that begin so; can be given again', collect, [])
    .option('--dry-run', 'write nothing: print what would be done')
    .option('--json', 'with --dry-run: one JSON document a line for each round')
    .option('--log-level <level>', 'debug, info, warn, error or silent', 'info')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** A pod's container is started again only when the one before is gone: they are one candidate for the lease. */
function podIdentity({ POD_NAME, POD_UID }: NodeJS.ProcessEnv): { identity?: string } {
  return POD_NAME === undefined || POD_UID === undefined ? {} : { identity: `${POD_NAME}_${POD_UID}` };
}

async function run(flags: OperatorFlags): Promise<void> {
  const level = oneOf('--log-level', ['debug', 'info', 'warn', 'error', 'silent'], flags.logLevel);
  if (flags.namespace.some((name) => name === '')) throw new InputError('--namespace must be a name');
  const port = wholeNumber('--port', flags.port, 0, 65535);
  const { operatorMetrics, startHttpServer, startOperator } = await import('../operator/index.js');
  const { pino } = await import('pino');
  const isDryRun = flags.dryRun ?? false;
  let operator: Operator | null = null;
  const metrics = await operatorMetrics({
    epochSeconds: () => Date.now() / 1000,
    isLeader: () => operator?.isLeader() ?? false,
  });
  const running = await startOperator({
    kubeconfig: flags.kubeconfig,
    namespaces: flags.namespace,
    dataFolder: flags.data,
    leaseNamespace: flags.leaderElect ? flags.leaseNamespace : null,
    ...podIdentity(process.env),
    allow: flags.prometheusAllow,
    isDryRun,
    log: pino({ level: isDryRun && level === 'info' ? 'warn' : level }, pino.destination(2)),
    onRecord: isDryRun ? (flags.json ? printRecord : (record) => print(roundText(record))) : metrics.record,
    onForget: metrics.forget,
  });
  operator = running;
  const server = isDryRun
    ? null
    : await startHttpServer({
        host: flags.host,
        port,
        isReady: () => running.isReady(),
        metrics: () => metrics.registry.metrics(),
      });
  await new Promise<void>((resolve) => process.once('SIGTERM', resolve).once('SIGINT', resolve));
  await running.stop();
  await server?.close();
}

function printRecord(record: ReconcileRecord): void {
  print(JSON.stringify({ schema: 'foresail.operator/1', ...record }));
}

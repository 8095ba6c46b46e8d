import { Command } from 'commander';
import { InputError } from '../base/index.js';
import { CHECKS, type Finding } from './doctor/checks.js';
import { print, printJson } from './output.js';

/** `foresail doctor`: what Foresail finds where it runs, and what would change it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Says which engine trains networks here and why no better one does, whether the models can be read, and what would ' +
        'change each of these. With --kubeconfig: what the operator would find in a cluster. Exit code 1 when something is broken.',
    )
    .option(
      '--kubeconfig [file]',
      'look at a cluster instead: custom resource, rights, targets, metrics (no file: KUBECONFIG, ~/.kube/config, or the pod)',
    )
    .option('--namespace <name>', 'of the cluster, look only at this namespace; can be given again', collect, [])
    .option('--lease-namespace <name>', 'namespace of the operator', process.env.POD_NAMESPACE ?? 'foresail-system')
    .option('--json', 'one JSON document on stdout')
    .action(run);
}

interface DoctorFlags {
  readonly json?: boolean;
  /** True: given without a file. */
  readonly kubeconfig?: string | true;
  readonly namespace: readonly string[];
  readonly leaseNamespace: string;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function run(flags: DoctorFlags): Promise<void> {
  if (flags.kubeconfig === undefined && flags.namespace.length > 0)
    throw new InputError('--namespace is of a cluster: it needs --kubeconfig');
  return flags.kubeconfig === undefined ? examineMachine(flags) : examineTheCluster(flags);
}

async function examineTheCluster({ json, kubeconfig, namespace, leaseNamespace }: DoctorFlags): Promise<void> {
  const { examineCluster } = await import('../operator/index.js');
  const file = kubeconfig === true ? undefined : kubeconfig;
  const findings = await examineCluster(file, { namespaces: namespace, leaseNamespace });
  const advice = [...new Set(findings.flatMap((finding) => finding.advice ?? []))];
  if (json) printJson('doctor', { findings, advice });
  else printFindings(findings, advice);
  if (findings.some(({ status }) => status === 'failed')) process.exitCode = 1;
}

function printFindings(findings: readonly Finding[], advice: readonly string[]): void {
  const width = Math.max(20, ...findings.map(({ check }) => check.length));
  for (const { check, status, found } of findings)
    print(`${status.padEnd(6)}  ${check.padEnd(width)}  ${oneLine(found)}`);
  if (advice.length > 0) print();
  for (const line of advice) print(`- ${line}`);
}

/** What servers say may have lines of its own. */
function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

async function examineMachine({ json }: DoctorFlags): Promise<void> {
  const { openBackend } = await import('../neural/index.js');
  const { name, device, attempts } = await openBackend();
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...(await check(process.env)));
  for (const { name: engine, ok, reason } of attempts)
    findings.push({ check: `engine ${engine}`, status: ok ? 'ok' : 'info', found: reason });
  const advice = [...findings.flatMap((finding) => finding.advice ?? []), ...adviceFor(name, device)];
  if (json) printJson('doctor', { backend: name, device, findings, advice });
  else {
    for (const { check, status, found } of findings) print(`${status.padEnd(6)}  ${check.padEnd(20)}  ${found}`);
    print(`\nNetworks train on ${name}, device: ${device}.`);
    for (const line of advice) print(`- ${line}`);
  }
  if (findings.some(({ status }) => status === 'failed')) process.exitCode = 1;
}

/** What would bring a better engine. */
function adviceFor(backend: string, device: 'gpu' | 'cpu'): string[] {
  if (device === 'gpu') return [];
  if (backend === 'tfjs-node-gpu')
    return ['the GPU engine fell back to the processor: it needs CUDA 11.2 and cuDNN 8.1 where it can load them'];
  const major = Number(process.versions.node.split('.')[0]);
  return [
    ...(major >= 23
      ? ['the native engines need Node 22 or older: tfjs-node 4.22 calls functions that Node 23 removed']
      : []),
    'for an NVIDIA GPU: install CUDA 11.2 and cuDNN 8.1, then run "npm run gpu:install" (every later "npm ci" removes it again)',
  ];
}

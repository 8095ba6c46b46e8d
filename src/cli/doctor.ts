import { Command } from 'commander';
import { CHECKS, type Finding } from './doctor/checks.js';
import { print, printJson } from './output.js';

/** `foresail doctor`: what Foresail finds where it runs, and what would change it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Says which engine trains networks here and why no better one does, whether the models can be read, and what would ' +
        'change each of these. Exit code 1 when something is broken.',
    )
    .option('--json', 'one JSON document on stdout')
    .action(run);
}

async function run({ json }: { json?: boolean }): Promise<void> {
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

import { Command } from 'commander';
import { print, printJson } from './output.js';

/** One thing that was looked at. */
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
}

/** `foresail doctor`: what this machine gives Foresail, and what would change it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Says which engine trains networks here, why no better one does, and what would change that.')
    .option('--json', 'print one JSON document')
    .action(run);
}

async function run({ json }: { json?: boolean }): Promise<void> {
  const { openBackend } = await import('../neural/index.js');
  const backend = await openBackend();
  const findings: Finding[] = [
    nodeFinding(),
    ...backend.attempts.map(({ name, ok, reason }) => ({ check: `backend ${name}`, ok, found: reason })),
  ];
  const advice = adviceFor(backend.name);
  const device = backend.devices;
  if (json) printJson('doctor', { backend: backend.name, devices: device, findings, advice });
  else {
    for (const { check, ok, found } of findings) print(`${ok ? 'ok' : 'no'}  ${check.padEnd(22)} ${found}`);
    print(`\nNetworks train on ${backend.name}, devices: ${device.join(', ')}.`);
    for (const line of advice) print(line);
  }
}

function nodeFinding(): Finding {
  return { check: 'node', ok: true, found: `${process.version} on ${process.platform} ${process.arch}` };
}

/** What would bring a better engine. */
function adviceFor(backend: string): string[] {
  if (backend === 'tfjs-node-gpu') return [];
  const major = Number(process.versions.node.split('.')[0]);
  return [
    ...(major >= 23
      ? ['The native engines need Node 22 or older: tfjs-node 4.22 calls functions that Node 23 removed.']
      : []),
    'For an NVIDIA GPU: install CUDA 11.2 and cuDNN 8.1, then run "npm run gpu:install" (every later "npm ci" removes it again).',
  ];
}

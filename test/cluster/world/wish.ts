import assert from 'node:assert/strict';
import { eventually } from './eventually.js';
import type { Scenario } from './scenario.js';

/** Asks for at least so many replicas of the pool `serve`, and waits until the operator has asked for them too. */
export async function wish({ change, asked }: Scenario, replicas: number, seconds: number): Promise<void> {
  await change({ pools: [poolWithAtLeast(replicas)] });
  await eventually(seconds, async () => assert.ok((await asked('serve')) >= replicas, `wants ${replicas} replicas`));
}

/** The pool `serve` with another least. */
export function poolWithAtLeast(minReplicas: number): object {
  return {
    role: 'serve',
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'llama-serve' },
    podSelector: { matchLabels: { app: 'llama-serve' } },
    minReplicas,
    maxReplicas: 6,
  };
}

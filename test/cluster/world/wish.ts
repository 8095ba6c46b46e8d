import assert from 'node:assert/strict';
import { eventually } from './eventually.js';
import type { Scenario } from './scenario.js';

/** Bounds the pool `serve` to exactly so many replicas, and waits until the operator has asked for them. */
export async function wish({ change, asked }: Scenario, replicas: number, seconds: number): Promise<void> {
  await change({ pools: [poolOf(replicas)] });
  await eventually(seconds, async () => assert.equal(await asked('serve'), replicas));
}

/** The pool `serve` bounded to so many replicas. */
export function poolOf(replicas: number): object {
  return {
    role: 'serve',
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'llama-serve' },
    podSelector: { matchLabels: { app: 'llama-serve' } },
    minReplicas: replicas,
    maxReplicas: replicas,
  };
}

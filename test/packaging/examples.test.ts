import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { V1Deployment, V1PodTemplateSpec } from '@kubernetes/client-node';
import { packageFile } from '../../src/base/index.js';
import { readGoodputScaler, type GoodputScaler } from '../../src/operator/index.js';
import { objectsOf, type KubernetesObject } from '../helpers/chart.js';

interface LeaderWorkerTemplate {
  readonly size: number;
  readonly leaderTemplate: V1PodTemplateSpec;
  readonly workerTemplate: V1PodTemplateSpec;
}

const FOLDER = packageFile('k8s/examples');
const examples = readdirSync(FOLDER).map((file) => {
  const objects = objectsOf(readFileSync(path.join(FOLDER, file), 'utf8'));
  const scaler = readGoodputScaler(objects.find(({ kind }) => kind === 'GoodputScaler'));
  return { file, objects, scaler };
});

function targetsOf(objects: KubernetesObject[], { spec }: GoodputScaler): KubernetesObject[] {
  return spec.pools.map(({ scaleTargetRef: { apiVersion, kind, name } }) => {
    const target = objects.find(
      (one) => one.apiVersion === apiVersion && one.kind === kind && one.metadata.name === name,
    );
    assert.ok(target, `there is no ${kind} ${name}`);
    return target;
  });
}

/** The templates of the pods that one replica is made of. */
function templatesOf(target: KubernetesObject): V1PodTemplateSpec[] {
  if (target.kind === 'Deployment') return [(target as unknown as V1Deployment).spec!.template];
  const { size, leaderTemplate, workerTemplate } = (target.spec as { leaderWorkerTemplate: LeaderWorkerTemplate })
    .leaderWorkerTemplate;
  return [leaderTemplate, ...Array.from({ length: size - 1 }, () => workerTemplate)];
}

const gpusOf = (template: V1PodTemplateSpec): number =>
  template.spec!.containers.reduce(
    (gpus, { resources }) => gpus + Number(resources?.limits?.['nvidia.com/gpu'] ?? 0),
    0,
  );

describe('the examples', () => {
  it('are a quickstart, colocated and split vLLM, and groups of pods', () =>
    assert.deepEqual(
      examples.map(({ file }) => file),
      ['colocated.yaml', 'leader-worker-set.yaml', 'prefill-decode.yaml', 'quickstart.yaml'],
    ));

  for (const { file, objects, scaler } of examples) {
    it(`have in ${file} a GoodputScaler that changes nothing yet and whose targets are there`, () => {
      assert.equal(scaler.spec.mode, 'Shadow');
      assert.equal(targetsOf(objects, scaler).length, scaler.spec.pools.length);
    });

    it(`serve in ${file} the model that is scaled`, () => {
      for (const template of targetsOf(objects, scaler).flatMap(templatesOf)) {
        const { command = [], args = [] } = template.spec!.containers[0]!;
        const words = [...command, ...args].join(' ').split(' ');
        assert.ok(words.some((word) => new RegExp(`^--(served-model-name|model)=${scaler.spec.model}$`).test(word)));
      }
    });

    it(`count in ${file} the GPUs of a replica`, () => {
      for (const [pool, target] of targetsOf(objects, scaler).entries()) {
        const gpus = templatesOf(target).reduce((sum, template) => sum + gpusOf(template), 0);
        if (file !== 'quickstart.yaml') assert.equal(gpus, scaler.spec.pools[pool]!.gpusPerReplica);
      }
    });
  }
});

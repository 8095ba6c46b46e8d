import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { packageFile } from '../../src/base/index.js';
import { plainManifests } from '../../scripts/chart/plain-manifests.js';
import { valueRows, valuesFile } from '../../scripts/chart/values-file.js';
import { chartValues } from '../../scripts/chart/values.js';
import { objectsOf, renderedChart } from '../helpers/chart.js';

const read = (file: string): string => readFileSync(packageFile(file), 'utf8');

describe('the plain manifests', function () {
  this.timeout(60_000); // the first use of helm unpacks it

  it('are the objects of the chart, their namespace first', async () => {
    const keyOf = ({ kind, metadata: { name } }: { kind: string; metadata: { name: string } }): string =>
      `${kind} ${name}`;
    const plain = objectsOf(read('k8s/operator.yaml')).map(keyOf);
    const chart = [...(await renderedChart('crds.install=false')).values()].map(keyOf);
    assert.equal(plain[0], 'Namespace foresail-system');
    assert.deepEqual(plain.slice(1).sort(), chart.sort());
  });

  it('do not say that helm manages them', () => {
    const rendered = `
kind: StatefulSet
metadata: { name: a, labels: { helm.sh/chart: c-1, app.kubernetes.io/managed-by: Helm, keep: me } }
spec: { template: { metadata: { labels: { helm.sh/chart: c-1, keep: me } } } }
---
# nothing here
---
kind: Service
metadata: { name: b }
`;
    const [, set, service] = objectsOf(plainManifests(rendered));
    assert.deepEqual(set!.metadata.labels, { keep: 'me' });
    assert.deepEqual(set!.spec, { template: { metadata: { labels: { keep: 'me' } } } });
    assert.deepEqual(service, { kind: 'Service', metadata: { name: 'b' } });
  });
});

describe("the chart's values", () => {
  it('are the defaults of their schema, and fit it', () => {
    const values: unknown = parse(read('charts/foresail/values.yaml'));
    assert.deepEqual(values, chartValues.parse({}));
    assert.deepEqual(chartValues.parse(values), values);
  });

  it('are each explained, in the file and in the reference', () => {
    const rows = valueRows(chartValues, chartValues.parse({}));
    assert.ok(rows.length > 30);
    const [file, reference] = [valuesFile(chartValues, chartValues.parse({})), read('docs/operator-reference.md')];
    for (const { path, description } of rows) {
      assert.ok(file.includes(`# ${description}\n`), path);
      assert.ok(reference.includes(`\`${path}\``), path);
    }
  });
});

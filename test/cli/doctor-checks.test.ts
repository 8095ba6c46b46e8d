import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { CHECKS, type Finding } from '../../src/cli/doctor/checks.js';
import { tempFiles } from '../helpers/temp-file.js';

describe('the checks of foresail doctor', () => {
  const write = tempFiles();
  const lookAt = async (data: string): Promise<Map<string, Finding>> => {
    const found: Finding[] = [];
    for (const check of CHECKS) found.push(...(await check({ FORESAIL_DATA: data })));
    return new Map(found.map((finding) => [finding.check, finding]));
  };

  it('find the model that ships, and say how to get one of your own', async () => {
    const data = path.join(path.dirname(write('a', '')), 'none-yet', 'deep');
    const findings = await lookAt(data);
    assert.equal(findings.get('model that ships')!.status, 'ok');
    assert.equal(findings.get('model of your own')!.status, 'info');
    assert.match(findings.get('model of your own')!.advice!, /foresail train/);
    assert.match(findings.get('data folder')!.found, /deep \(made when it is needed\)/);
  });

  it('fail for a model that is broken, with the reason and what to do', async () => {
    const data = path.join(path.dirname(write('b', '')), 'data');
    mkdirSync(path.join(data, 'models', 'default'), { recursive: true });
    const { status, found, advice } = (await lookAt(data)).get('model of your own')!;
    assert.equal(status, 'failed');
    assert.match(found, /holds no model/);
    assert.match(advice!, /foresail train/);
  });
});

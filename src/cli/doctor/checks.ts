import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { ForesailError } from '../../base/index.js';
import { dataFolder, loadModel, modelFolder, pretrainedFolder, type Environment } from '../../forecast/index.js';

/** One thing that was looked at. `info`: neither good nor bad, such as an engine that is not there. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'info' | 'failed';
  readonly found: string;
  /** What would change it. */
  readonly advice?: string;
}

/** A look at one part of where Foresail runs. It never throws for what it finds. */
export type Check = (environment: Environment) => Promise<readonly Finding[]>;

/** What `foresail doctor` looks at besides the engine of networks, in order. A new check is one function and one entry here. */
export const CHECKS: readonly Check[] = [node, shippedModel, ownModel, writableData];

function node(): Promise<Finding[]> {
  const found = `${process.version} on ${process.platform} ${process.arch}`;
  return Promise.resolve([{ check: 'node', status: 'ok', found }]);
}

async function shippedModel(): Promise<Finding[]> {
  return [
    await modelFinding('model that ships', pretrainedFolder(), 'install Foresail again, or run "npm run pretrain"'),
  ];
}

async function ownModel(environment: Environment): Promise<Finding[]> {
  const folder = modelFolder('default', environment);
  if (existsSync(folder))
    return [await modelFinding('model of your own', folder, 'run "foresail train" on your load again')];
  const advice = 'run "foresail train" on your load';
  return [{ check: 'model of your own', status: 'info', found: `none in ${folder}`, advice }];
}

async function modelFinding(check: string, folder: string, advice: string): Promise<Finding> {
  try {
    const { manifest } = await loadModel(folder);
    const { bins, source } = manifest.trainedOn;
    return { check, status: 'ok', found: `${manifest.model}, ${bins} bins of ${source}` };
  } catch (error) {
    if (error instanceof ForesailError) return { check, status: 'failed', found: error.message, advice };
    throw error;
  }
}

/** The data folder itself may not be there yet: then the nearest folder above it must let it be made. */
async function writableData(environment: Environment): Promise<Finding[]> {
  const folder = dataFolder(environment);
  let nearest = folder;
  while (!existsSync(nearest)) nearest = path.dirname(nearest);
  const check = 'data folder';
  try {
    await access(nearest, constants.W_OK);
    return [{ check, status: 'ok', found: nearest === folder ? folder : `${folder} (made when it is needed)` }];
  } catch {
    const advice = 'set FORESAIL_DATA to a folder that can be written';
    return [{ check, status: 'failed', found: `${nearest} cannot be written`, advice }];
  }
}

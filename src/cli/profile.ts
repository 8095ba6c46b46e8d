import { Command } from 'commander';
import { profileFitCommand } from './profile/fit.js';
import { profileMeasureCommand } from './profile/measure.js';

/** `foresail profile fit` and `measure`: latency profiles of a user's own GPUs. */
export function profileCommand(): Command {
  return new Command('profile')
    .description('Makes latency profiles: how long a model step takes on one GPU.')
    .addCommand(profileFitCommand())
    .addCommand(profileMeasureCommand())
    .addHelpText('after', '\nEvery subcommand prints one JSON document with --json.');
}

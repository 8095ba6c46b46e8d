import { Command } from 'commander';
import { profileFitCommand } from './profile/fit.js';

/** `foresail profile fit`: latency profiles of a user's own GPUs. */
export function profileCommand(): Command {
  return new Command('profile')
    .description('Makes latency profiles: how long a model step takes on one GPU.')
    .addCommand(profileFitCommand());
}

import { spawn } from 'node:child_process';
import { clearTimeout, setTimeout } from 'node:timers';

/**
 * Runs a command with its output shown, and its whole process group ended when it takes too long.
 *
 * @param {string[]} command program and arguments
 * @param {{env?: Record<string, string>, minutes: number}} options
 * @returns {Promise<number>} exit code; 124 when it ran out of time, 127 when it could not start
 */
export function runCommand([program, ...args], { env = {}, minutes }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', detached: true, env: { ...process.env, ...env } });
    const stop = () => process.kill(-child.pid, 'SIGKILL');
    const interrupted = () => {
      stop();
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      stop();
    }, minutes * 60_000);
    const end = (code) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted);
      resolve(code);
    };
    child.once('error', (error) => {
      console.log(error.message);
      end(127);
    });
    child.once('exit', (code) => end(isLate ? 124 : (code ?? 1)));
  });
}

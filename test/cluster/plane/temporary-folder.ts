import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Writable } from 'node:stream';

/** A folder below the system's temporary folder. */
export interface TemporaryFolder {
  readonly path: string;
  readonly remove: () => void;
}

/** Makes a folder that is there until `remove`, and no longer than this process, however it ends; `KEEP_PLANE=1` keeps it for good. */
export function temporaryFolder(prefix: string): TemporaryFolder {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  if (process.env.KEEP_PLANE !== undefined) return { path: folder, remove: () => undefined };
  // The keeper's input ends with this process. It has a session of its own, so that Ctrl-C leaves it alone, and no output
  // that anyone could wait for; a second later those that wrote there are gone too.
  const keeper = spawn('sh', ['-c', 'read -r _; sleep 1; rm -rf "$0"', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  keeper.unref();
  (keeper.stdin as Writable & Pick<Socket, 'unref'>).unref();
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    keeper.kill('SIGKILL');
  };
  return { path: folder, remove };
}

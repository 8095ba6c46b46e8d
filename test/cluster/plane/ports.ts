import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Ports below those that Linux gives to outgoing connections, which could take one before its server listens. */
const FIRST_PORT = 20_000;
const BLOCKS = 600;
const BLOCK_SIZE = 20;

/** Ports of this process that it has not given away; other processes leave them alone while it lives. */
const own: number[] = [];

/** Different ports of this machine that nobody listens on and that no other test gets. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    if (own.length === 0) own.push(...(await takeBlock()));
    const port = own.shift()!;
    const server = await listenOn(port);
    if (server === null) continue;
    await once(server.close(), 'close');
    ports.push(port);
  }
  return ports;
}

/** Takes a block of ports by listening on its first one for as long as this process lives. */
async function takeBlock(): Promise<number[]> {
  for (let i = 0; i < BLOCKS; i++) {
    const first = FIRST_PORT + ((process.pid + i) % BLOCKS) * BLOCK_SIZE;
    const guard = await listenOn(first);
    if (guard === null) continue;
    guard.unref();
    return Array.from({ length: BLOCK_SIZE - 1 }, (_, at) => first + 1 + at);
  }
  throw new Error('every block of ports of this machine is in use');
}

async function listenOn(port: number, host = '127.0.0.1'): Promise<Server | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(null)).once('listening', () => resolve(server));
    server.listen(port, host);
  });
}

/** A network of loopback addresses, 127.n.0.0/16, that no other plane on this machine uses until `close`. */
export interface PodNetwork {
  /** The next address. */
  readonly next: () => string;
  readonly close: () => void;
}

/** Takes a pod network by listening on its last address. */
export async function takePodNetwork(): Promise<PodNetwork> {
  for (let network = 16; network < 250; network++) {
    const guard = await listenOn(10250, `127.${network}.255.254`);
    if (guard === null) continue;
    guard.unref();
    let count = 0;
    const next = (): string => {
      count++;
      return `127.${network}.${Math.floor(count / 250)}.${(count % 250) + 1}`;
    };
    return { next, close: () => guard.close() };
  }
  throw new Error('every pod network of this machine is in use');
}

import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** Different ports of this machine that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  for (let i = 0; i < count; i++) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
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
    const guard = createServer();
    const isMine = await new Promise<boolean>((resolve) => {
      guard.once('error', () => resolve(false)).once('listening', () => resolve(true));
      guard.listen(10250, `127.${network}.255.254`);
    });
    if (!isMine) continue;
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

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InputError, seededRandom } from '../../base/index.js';
import { DEFAULT_SCHEDULER, type LatencyProfile, type SchedulerOptions } from '../../serving/index.js';
import type { Role } from '../../spec/index.js';
import { systemClock, type Clock } from '../clock.js';
import { emulatorApp } from './app.js';
import type { EmulatorState } from './emulator-state.js';
import { engineObserver, watchEngine } from './engine-metrics.js';
import { NO_FAULTS, slowProfile, type Faults } from './faults.js';
import { openLiveEngine, stopEngine } from './live-engine.js';
import { openMetricKit } from './metric-kit.js';

/** An emulated replica; all but the profile has a default. */
export interface EmulatorOptions {
  readonly profile: LatencyProfile;
  /** Default `serve`. A prefill replica hands KV on when it is asked to, a decode replica takes it. */
  readonly role?: Role;
  /** Default: the profile's name. */
  readonly modelName?: string;
  readonly host?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly scheduler?: SchedulerOptions;
  readonly clock?: Clock;
  /** Seconds until it serves; default 0. */
  readonly startupSeconds?: number;
  readonly faults?: Faults;
  readonly seed?: number;
  /** Mean length of responses that the model may end; default 200. */
  readonly responseTokens?: number;
}

/** A running emulator. */
export interface Emulator {
  readonly url: string;
  readonly port: number;
  /** Resolves when it serves. */
  readonly ready: Promise<void>;
  /** Resolves when the server is down, and says why. */
  readonly ended: Promise<'drained' | 'crashed' | 'closed'>;
  /** Takes no new requests, finishes those that it has, and stops. */
  readonly drain: () => void;
  /** Stops at once. */
  readonly close: () => void;
}

/**
 * Starts a server that behaves like one vLLM replica, without a GPU.
 *
 * @throws InputError when the port cannot be had
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { host = '127.0.0.1', startupSeconds = 0, clock = systemClock() } = options;
  const state = await openState(options, clock, host);
  const server = createServer(await emulatorApp(state));
  server.keepAliveTimeout = 65_000; // longer than clients keep a connection, so that they end it
  state.address.port = await listen(server, options.port ?? 0, host);
  const end = endOf(server, state);
  const ready = new Promise<void>((resolve) => {
    const becomeReady = (): void => {
      if (state.phase === 'starting') state.phase = 'ready';
      resolve();
    };
    if (startupSeconds > 0) end.timers.push(clock.at(clock.now() + startupSeconds, becomeReady));
    else becomeReady();
  });
  if (state.faults.crashAfter < Infinity)
    end.timers.push(clock.at(clock.now() + state.faults.crashAfter, () => end.now('crashed')));
  const { port } = state.address;
  const drain = (): void => {
    state.phase = 'draining';
    for (const response of state.hung) response.destroy();
    state.onIdle = () => {
      if (state.open.size === 0) end.now('drained');
    };
    state.onIdle();
  };
  return { url: `http://${host}:${port}`, port, ready, ended: end.ended, drain, close: () => end.now('closed') };
}

async function openState(options: EmulatorOptions, clock: Clock, host: string): Promise<EmulatorState> {
  const { faults = NO_FAULTS, seed = 1, role = 'serve' } = options;
  const profile = faults.slow === 1 ? options.profile : slowProfile(options.profile, faults.slow);
  const modelName = options.modelName ?? profile.name;
  const kit = await openMetricKit({ model_name: modelName, engine: '0' });
  const engine = openLiveEngine(profile, options.scheduler ?? DEFAULT_SCHEDULER, clock, engineObserver(kit, profile));
  watchEngine(kit, engine);
  return {
    role,
    modelName,
    profile,
    responseTokens: options.responseTokens ?? 200,
    faults,
    clock,
    engine,
    kit,
    random: { lengths: seededRandom(seed, 'response lengths'), fates: seededRandom(seed, 'faults') },
    address: { host, port: 0 },
    startedAt: Math.floor(Date.now() / 1000),
    phase: 'starting',
    requests: 0,
    open: new Set(),
    hung: new Set(),
    onIdle: () => undefined,
  };
}

/** Listens, and gives the port. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new InputError(`cannot listen on ${host}:${port}: ${cause.code ?? cause.message}`, { cause })),
    );
    // As long a queue of new connections as vLLM's server has.
    server.listen(port, host, 2048, () => resolve((server.address() as AddressInfo).port));
  });
}

type End = Awaited<Emulator['ended']>;

function endOf(server: Server, state: EmulatorState) {
  const timers: (() => void)[] = [];
  let tell: (why: End) => void;
  const ended = new Promise<End>((resolve) => (tell = resolve));
  const now = (why: End): void => {
    timers.splice(0).forEach((cancel) => cancel());
    stopEngine(state.engine);
    server.close(() => tell(why));
    if (why === 'drained') setTimeout(() => server.closeAllConnections(), 200).unref();
    else server.closeAllConnections();
    server.closeIdleConnections();
  };
  return { timers, ended, now };
}

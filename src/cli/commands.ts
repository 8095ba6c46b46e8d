import type { Command } from 'commander';

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Imports the command's file, and with it whatever that command needs; `args` is what the user typed. */
  readonly load: (args: readonly string[]) => Promise<Command>;
}

/** Every command, in the order in which `--help` lists them. A new command is one file and one line here. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'from a real trace to a scaling decision, in a minute',
    load: async () => (await import('./demo.js')).demoCommand(),
  },
  {
    name: 'evaluate',
    summary: 'score forecasters on a trace or a binned series',
    load: async () => (await import('./evaluate.js')).evaluateCommand(),
  },
  {
    name: 'train',
    summary: 'fit a forecaster on a series and keep it',
    load: async () => (await import('./train.js')).trainCommand(),
  },
  {
    name: 'scoreboard',
    summary: 'score every forecaster on the 22 reference series',
    load: async () => (await import('./scoreboard.js')).scoreboardCommand(),
  },
  {
    name: 'forecast',
    summary: 'forecast the bins that follow a series',
    load: async () => (await import('./forecast.js')).forecastCommand(),
  },
  {
    name: 'paper',
    summary: "run the paper's experiments beside its numbers",
    load: async () => (await import('./paper.js')).paperCommand(),
  },
  {
    name: 'simulate',
    summary: 'simulate a trace on a fixed deployment',
    load: async () => (await import('./simulate.js')).simulateCommand(),
  },
  {
    name: 'goodput',
    summary: 'the largest rate within the SLO, for each split of the GPUs',
    load: async () => (await import('./goodput.js')).goodputCommand(),
  },
  {
    name: 'plan',
    summary: 'plan instances for the load to come, by search over simulated serving',
    load: async () => (await import('./plan.js')).planCommand(),
  },
  {
    name: 'trace',
    summary: 'fetch, describe, fit, generate and convert request traces',
    load: async (args) => (await import('./trace.js')).traceCommand(args),
  },
  {
    name: 'serve',
    summary: 'what-if questions over HTTP, with a page',
    load: async () => (await import('./serve.js')).serveCommand(),
  },
  {
    name: 'operator',
    summary: 'scale the fleets of a Kubernetes cluster, as its GoodputScalers say',
    load: async () => (await import('./operator.js')).operatorCommand(),
  },
  {
    name: 'emulate',
    summary: 'a vLLM replica, or a router, without a GPU: API, metrics, timing',
    load: async () => (await import('./emulate.js')).emulateCommand(),
  },
  {
    name: 'profile',
    summary: 'latency profiles of your own GPUs',
    load: async () => (await import('./profile.js')).profileCommand(),
  },
  {
    name: 'replay',
    summary: 'send a trace to a server, each request at its moment, and measure',
    load: async () => (await import('./replay.js')).replayCommand(),
  },
  {
    name: 'doctor',
    summary: 'what this machine gives Foresail, and what would change it',
    load: async () => (await import('./doctor.js')).doctorCommand(),
  },
];

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { runCommand } from './command.mjs';
import { sumLine, tallyOfCheck, tallyOfTests } from './tally.mjs';

const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'foresail-ci');
const results = mkdtempSync(path.join(tmpdir(), 'foresail-ci-'));
const node24 = path.join(cache, `node-24/node_modules/node-linux-${process.arch}/bin`);
const onNode24 = { PATH: `${node24}${path.delimiter}${process.env.PATH}` };
const underC8 = ['node_modules/.bin/c8', '--check-coverage=false', '--reporter=none'];
const counting = ['--', '--reporter', './.ci/reporter.mjs', '--forbid-only'];

const PROMETHEUS_INSTALL =
  'command -v prometheus promtool || (apt-get update && apt-get install -y --no-install-recommends prometheus)';

const CHROMIUM_INSTALL =
  'command -v chromium || (apt-get update && apt-get install -y --no-install-recommends chromium)';

const CONTROL_PLANE = 'test/cluster/control-plane/build.sh';

/** Every step runs, whatever happened before it; `tests` steps are mocha runs whose tests are counted one by one. */
const steps = [
  { name: 'install', command: ['npm', 'ci', '--no-progress'], minutes: 8 },
  { name: 'format', command: ['npm', 'run', '--silent', 'format:check'], minutes: 2 },
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'], minutes: 4 },
  { name: 'types', command: ['npm', 'run', '--silent', 'types'], minutes: 3 },
  // Every process under c8: the README's test command here, the command line's tests below; `coverage` reads what they left.
  {
    name: 'tests',
    command: [...underC8, 'npm', 'test', ...counting],
    minutes: 8,
    tests: true,
  },
  { name: 'Node 24', command: node24Install(), minutes: 4 },
  {
    name: 'tests on Node 24',
    command: ['npm', 'test', ...counting],
    env: onNode24,
    minutes: 6,
    tests: true,
    needs: path.join(node24, 'node'),
  },
  { name: 'XGBoosts', command: ['.ci/xgboost.sh'], minutes: 6 },
  { name: 'against XGBoost', command: ['npm', 'run', 'test:xgboost', ...counting], minutes: 6, tests: true },
  { name: 'scoreboard', command: ['node', 'bin/foresail.mjs', 'scoreboard', '--quick', '--check'], minutes: 6 },
  // The command line's tests let a real Prometheus server scrape the emulator.
  { name: 'Prometheus', command: ['bash', '-c', PROMETHEUS_INSTALL], minutes: 4 },
  {
    name: 'command line',
    command: [...underC8, '--clean=false', 'npm', 'run', 'test:cli', ...counting],
    minutes: 10,
    tests: true,
  },
  { name: 'Chromium', command: ['bash', '-c', CHROMIUM_INSTALL], minutes: 5 },
  { name: 'page', command: ['npm', 'run', 'test:page', ...counting], minutes: 6, tests: true },
  {
    name: 'coverage',
    command: ['node_modules/.bin/c8', 'report', '--check-coverage', '--reporter=text-summary'],
    minutes: 3,
  },
  { name: 'image', command: ['npm', 'run', '--silent', 'try:image'], minutes: 8 },
  { name: 'fuzzing', command: ['npm', 'run', 'test:fuzz', ...counting], minutes: 6, tests: true },
  // Builds for minutes where it is not cached: begun before the first step, behind all others, and waited for here.
  { name: 'control plane', command: ['nice', '-n', '15', CONTROL_PLANE], minutes: 25, isBegunFirst: true },
  { name: 'cluster', command: ['npm', 'run', 'test:e2e', ...counting], minutes: 12, tests: true },
];

function node24Install() {
  if (existsSync(path.join(node24, 'node'))) return [path.join(node24, 'node'), '--version'];
  const options = [
    '--prefix',
    path.join(cache, 'node-24'),
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-progress',
  ];
  return ['npm', 'install', ...options, `node-linux-${process.arch}@24`];
}

async function runStep({ name, command, env = {}, minutes, tests = false, needs, begun }, index) {
  console.log(`\n== ${name}: ${command.join(' ')}`);
  const started = performance.now();
  const countsFile = path.join(results, `${index}.json`);
  const isMissing = needs !== undefined && !existsSync(needs);
  if (isMissing) console.log(`${needs} is not there`);
  const exitCode = isMissing
    ? 127
    : await (begun ?? runCommand(command, { env: { ...env, FORESAIL_TEST_COUNTS: countsFile }, minutes }));
  const counts = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, 'utf8')) : null;
  const tally = tests ? tallyOfTests(counts, exitCode) : tallyOfCheck(exitCode);
  const seconds = (performance.now() - started) / 1000;
  console.log(`== ${name}: ${tally.note} (${seconds.toFixed(1)} s)`);
  return { name, seconds, ...tally };
}

const tallies = [];
for (const step of steps) if (step.isBegunFirst) step.begun = runCommand(step.command, step);
for (const [index, step] of steps.entries()) tallies.push(await runStep(step, index));
rmSync(results, { recursive: true });

console.log('');
for (const { name, seconds, failed, note } of tallies)
  console.log(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(18)} ${seconds.toFixed(1).padStart(7)} s  ${note}`);
console.log(sumLine(tallies));
process.exitCode = tallies.some(({ failed }) => failed > 0) ? 1 : 0;

import {
  checkMeasured,
  DEFAULT_SCHEDULER,
  fitToRequests,
  measuredCase,
  parseRequestLog,
  requestErrors,
  type LatencyProfile,
  type LogSettings,
  type ProfileParameters,
  type RequestErrors,
  type RequestLog,
  type SchedulerOptions,
} from '../../serving/index.js';
import { InputError } from '../../base/index.js';
import { parseJson, readText } from '../input-file.js';
import { wholeNumber } from '../numbers.js';
import { formatCount, formatNumber, formatTable, print } from '../output.js';
import { isJson, type FitFlags } from './fit.js';

/** A profile fitted to measured requests. */
export interface LogFit {
  readonly kind: 'requests';
  readonly requests: number;
  readonly scheduler: SchedulerOptions;
  readonly coefficients: Pick<LatencyProfile, 'decode' | 'prefill' | 'mixed'>;
  /** Relative errors on the odd requests of step times fitted on the even ones. */
  readonly leaveOut: RequestErrors;
  /** The same of the profile on another log. */
  readonly check?: RequestErrors;
  /** Fitted on all requests. */
  readonly profile: LatencyProfile;
}

/** Fits the requests of a file. */
export function fitLog(file: string, text: string, given: ProfileParameters, flags: FitFlags): LogFit {
  const { log, settings, name } = readLog(file, text, flags.case);
  const scheduler = schedulerOf(settings, flags);
  const parameters = {
    ...given,
    name: flags.name ?? name ?? given.name,
    ...(settings.kvBlockTokens === undefined ? {} : { kvBlockTokens: settings.kvBlockTokens }),
    ...(settings.kvBlocks === undefined
      ? {}
      : { kvTokensCapacity: settings.kvBlocks * (settings.kvBlockTokens ?? 16) }),
  };
  const half = fitToRequests(log, parameters, scheduler, 'even');
  const profile = fitToRequests(log, parameters, scheduler);
  const { decode, prefill, mixed } = profile;
  return {
    kind: 'requests',
    requests: log.arrival.length,
    scheduler,
    coefficients: { decode, prefill, mixed },
    leaveOut: requestErrors(log, half, scheduler, 'odd'),
    ...(flags.check === undefined
      ? {}
      : { check: requestErrors(readLog(flags.check, readText(flags.check), flags.case).log, profile, scheduler) }),
    profile,
  };
}

function readLog(
  file: string,
  text: string,
  wanted: string | undefined,
): { readonly log: RequestLog; readonly settings: LogSettings; readonly name?: string } {
  if (!isJson(text)) {
    if (wanted !== undefined)
      throw new InputError(`--case is for a JSON document of measured requests; ${file} is CSV`);
    return { log: parseRequestLog(text, file), settings: {} };
  }
  return measuredCase(checkMeasured(parseJson(text, file), file), wanted, file);
}

function schedulerOf(settings: LogSettings, flags: FitFlags): SchedulerOptions {
  const number = (flag: string, text: string | undefined, stated: number | undefined, otherwise: number): number =>
    text === undefined ? (stated ?? otherwise) : wholeNumber(flag, text, 1, 2 ** 20);
  const maxSeqs = number('--max-seqs', flags.maxSeqs, settings.maxSeqs, DEFAULT_SCHEDULER.maxSeqs);
  const budget = Math.max(maxSeqs, DEFAULT_SCHEDULER.tokenBudget);
  const tokenBudget = number('--token-budget', flags.tokenBudget, settings.tokenBudget, budget);
  if (tokenBudget < maxSeqs)
    throw new InputError(`--token-budget must be at least --max-seqs (${maxSeqs}), got ${tokenBudget}`);
  return { maxSeqs, tokenBudget };
}

/** Prints a fit for people. */
export function printLogFit({ profile, requests, scheduler, leaveOut, check }: LogFit): void {
  print(
    `${profile.name}: fitted to ${formatCount(requests)} requests of an engine with at most ${scheduler.maxSeqs} at once`,
  );
  print();
  const microseconds = (seconds: number): string => formatNumber(seconds * 1e6, 3);
  const { decode, prefill } = profile;
  print(
    `a step takes ${microseconds(decode.base)} us, ${microseconds(prefill.long.perToken)} us per prompt token, ${microseconds(decode.perSequence)} us per decoding request and ${microseconds(decode.perContextToken)} us per token of context`,
  );
  print();
  const percent = (value: number): string => formatNumber(value * 100, 2);
  const row = (name: string, errors: RequestErrors): string[] => [
    name,
    ...[errors.meanTtft, errors.meanTpot, errors.meanE2e, errors.p90Ttft, errors.p90Tpot, errors.p90E2e].map(percent),
  ];
  const header = ['error in %', 'mean TTFT', 'mean TPOT', 'mean E2E', 'P90 TTFT', 'P90 TPOT', 'P90 E2E'];
  const rows = [row('odd requests, fitted on even', leaveOut), ...(check ? [row('--check', check)] : [])];
  print(formatTable(header, rows));
}

import { NO_COLUMNS, type TraceFormat } from './format.js';

/**
 * Azure Functions 2021 (MAF2), unpacked: `app,func,end_timestamp,duration`, seconds. Arrival is end less duration; functions have
 * no tokens.
 *
 * @source Azure/AzurePublicDataset, AzureFunctionsInvocationTrace2021.md
 */
export const azureFunctions: TraceFormat = {
  name: 'azure-functions',
  plan(header) {
    const of = (name: string): number => header.indexOf(name);
    const [end, duration] = [of('end_timestamp'), of('duration')];
    if (end < 0 || duration < 0 || of('app') < 0) return null;
    return { ...NO_COLUMNS, time: end, timeKind: 'seconds', elapsed: duration, timeIsEnd: true };
  },
};

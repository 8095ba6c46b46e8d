export { CATALOGUE, catalogueEntry, type CatalogueEntry, type KnownContent } from './entries.js';
export { dataFolder, traceFile, type Platform } from './data-folder.js';
export { fetchTrace, type FetchedTrace, type FetchOptions } from './fetch-trace.js';
export type { ReportDownload } from './transfer.js';

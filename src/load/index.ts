export * from './bin-trace.js';
export { readBinned, type BinnedTable, type ReadBinnedOptions } from './binned-csv.js';
export { looksBinned } from './binned-header.js';
export * from './from-table.js';
export * from './series.js';
export * from './target.js';

export { readBytes, type ReportBytes } from './bytes.js';
export { cellCountFault, cellMoment, cellNumber, cellText, isEmpty, type Moment } from './cells.js';
export { scanRows, type CsvRow } from './csv-rows.js';
export { readTrace, type ReadTraceOptions, type TraceReport } from './read-trace.js';
export { MAPPED_COLUMNS, parseColumnMap, type ColumnMap } from './mapped.js';

export { podSource, type PodAddress, type PodOptions } from './pod-source.js';
export type { Credentials, FetchOptions } from './fetch-text.js';
export { prometheusSource, type PrometheusOptions } from './prometheus-source.js';
export { DEFAULT_QUERIES, type PrometheusQueries, type QueryName } from './queries.js';
export * from './source.js';

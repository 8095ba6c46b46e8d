export { endpointUrl, parseEndpoints, watchEndpoints, type EndpointLine } from './endpoints.js';
export * from './start-router.js';

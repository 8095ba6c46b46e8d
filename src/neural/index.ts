export type { Architecture } from './architecture.js';
export { chooseBackend, openBackend, type Backend, type BackendAttempt, type Candidate } from './backend.js';
export { denseArchitecture, type DenseNet } from './dense-net.js';
export type { Examples } from './examples.js';
export type { Loss } from './loss.js';
export { lstmArchitecture, type LstmNet } from './lstm-net.js';
export { forward, type Network } from './network.js';
export { tcnArchitecture, type TcnNet } from './tcn-net.js';
export { trainNetwork, type NetworkTraining } from './train-network.js';

export { NO_FAULTS, parseFaults, type Faults } from './faults.js';
export * from './start-emulator.js';
export * from './router/index.js';

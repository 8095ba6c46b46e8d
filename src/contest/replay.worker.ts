export { replayOne as default } from './replay.js';

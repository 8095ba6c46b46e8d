export { answer as default } from './answer.js';

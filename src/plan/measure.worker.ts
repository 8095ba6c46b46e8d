export { measureRow as default } from './measure-row.js';

import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { burstGptCsv, embeddedTracePath, failedCount, modelledWeek } from '../src/trace/index.js';

const trace = modelledWeek();
const packed = gzipSync(burstGptCsv(trace), { level: 9 });
writeFileSync(embeddedTracePath(), packed);
console.log(
  `${embeddedTracePath()}: ${trace.arrival.length} requests, ${failedCount(trace)} failed, ${packed.length} bytes`,
);

import { azureFunctions } from './azure-functions.js';
import { azure } from './azure.js';
import { burstGpt } from './burstgpt.js';
import type { TraceFormat } from './format.js';
import { mooncake } from './mooncake.js';
import { plain } from './plain.js';

/** Every format, tried in this order. A new one is one file and one line here. */
export const FORMATS: readonly TraceFormat[] = [burstGpt, azure, azureFunctions, mooncake, plain];

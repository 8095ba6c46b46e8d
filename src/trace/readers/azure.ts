import { NO_COLUMNS, type TraceFormat } from './format.js';

/**
 * Azure LLM inference traces: `TIMESTAMP,ContextTokens,GeneratedTokens`. In 2023 timestamps have seven digits of fraction
 * and no zone (they are UTC), in 2024 six digits and `+00:00`.
 *
 * @source Azure/AzurePublicDataset, AzureLLMInferenceDataset2023.md and 2024.md
 */
export const azure: TraceFormat = {
  name: 'azure',
  plan(header) {
    const of = (name: string): number => header.indexOf(name);
    const plan = {
      ...NO_COLUMNS,
      time: of('TIMESTAMP'),
      prompt: of('ContextTokens'),
      output: of('GeneratedTokens'),
    };
    return plan.time < 0 || plan.prompt < 0 || plan.output < 0 ? null : plan;
  },
};

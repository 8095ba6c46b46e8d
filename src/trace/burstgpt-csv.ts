import type { Trace } from './trace.js';

const SERVICE_LOGS: Record<string, string> = { api: 'API log', conversation: 'Conversation log' };

/**
 * A trace as CSV in BurstGPT's layout of six columns, LF line ends. Timestamps are whole seconds, cut down as BurstGPT's
 * are; sessions and elapsed times have no column in it.
 */
export function burstGptCsv(trace: Trace): string {
  const lines = ['Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type'];
  for (let i = 0; i < trace.arrival.length; i++) {
    const prompt = trace.promptTokens[i]!;
    const output = trace.outputTokens[i]!;
    const service = trace.serviceNames[trace.service[i]!]!;
    const model = quoted(trace.modelNames[trace.model[i]!]!);
    const log = SERVICE_LOGS[service] ?? quoted(`${service} log`);
    lines.push(`${Math.floor(trace.arrival[i]!)},${model},${prompt},${output},${prompt + output},${log}`);
  }
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

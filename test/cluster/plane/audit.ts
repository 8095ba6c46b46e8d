import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One write to the API server, as its audit log has it. */
export interface AuditEvent {
  readonly auditID: string;
  readonly verb: 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
  readonly user: { readonly username: string; readonly extra?: Record<string, string[]> };
  readonly userAgent?: string;
  readonly sourceIPs?: readonly string[];
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly responseObject?: { readonly spec?: { readonly replicas?: number } };
  /** Seconds since 1970. */
  readonly at: number;
}

/** Every write so far whose line in the log has a text, oldest first. */
export function writesWith(plane: { readonly folder: string }, text: string): AuditEvent[] {
  const lines = readFileSync(path.join(plane.folder, 'audit.log'), 'utf8').split('\n');
  return lines
    .filter((line) => line.endsWith('}') && line.includes(text))
    .map((line) => JSON.parse(line) as AuditEvent & { requestReceivedTimestamp: string })
    .map((event) => ({ ...event, at: Date.parse(event.requestReceivedTimestamp) / 1000 }));
}

/** Every write in a namespace so far, oldest first. */
export function writesIn(plane: { readonly folder: string }, namespace: string): AuditEvent[] {
  return writesWith(plane, `"namespace":"${namespace}"`).filter(({ objectRef }) => objectRef?.namespace === namespace);
}

/** Writes of an operator's service account, by whatever name it has. */
export function byOperator({ user }: AuditEvent): boolean {
  return /^system:serviceaccount:[^:]+:foresail/.test(user.username);
}

/** The pod that wrote, as its token says; null for who is no pod. */
export function podOf({ user }: AuditEvent): string | null {
  return user.extra?.['authentication.kubernetes.io/pod-name']?.[0] ?? null;
}

/** Whether a write was taken, and changes how many replicas a workload has. */
export function isScaling({ objectRef, responseStatus }: AuditEvent): boolean {
  const isTaken = (responseStatus?.code ?? 500) < 300;
  return isTaken && objectRef?.subresource === 'scale';
}

/** The replica counts that were written to a target's scale, oldest first. */
export function scalesOf(
  plane: { readonly folder: string },
  namespace: string,
  name: string,
): { readonly at: number; readonly replicas: number; readonly event: AuditEvent }[] {
  return writesIn(plane, namespace)
    .filter((event) => isScaling(event) && event.objectRef?.name === name)
    .map((event) => ({ at: event.at, replicas: event.responseObject?.spec?.replicas ?? NaN, event }));
}

import { UpstreamError } from '../../base/index.js';

/** Query parameters of a request; those without a value are left out. */
export type KubeQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** One request to the API server. A PATCH is a merge patch. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: KubeQuery;
  readonly body?: unknown;
  /** Called right before the request goes out; what it throws keeps it from going. */
  readonly guard?: () => void;
}

/** What a watch tells: an object came, changed or went, or (BOOKMARK) how far the watch has come. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

/** The small part of a Kubernetes API that the operator needs. */
export interface KubeApi {
  /**
   * @returns the answer's body
   * @throws KubeError when the server refuses or cannot be reached
   */
  send(request: KubeRequest): Promise<unknown>;
  /**
   * Tells every event until the server ends the watch.
   *
   * @throws KubeError as `send` does, also where the server says so within the watch
   */
  watch(path: string, query: KubeQuery, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
}

/** What every object of Kubernetes has; the rest is read where it is used. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** The metadata that the operator reads. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The API server refused a request, or could not be reached (`status` 0). */
export class KubeError extends UpstreamError {
  constructor(
    message: string,
    /** The HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** The reason in Kubernetes' own word, such as `Conflict`; empty when it gave none. */
    readonly reason = '',
    /** How long the server asks to wait; null when it does not say. */
    readonly retryAfterSeconds: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether an error is the API server's answer with this status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof KubeError && error.status === status;
}

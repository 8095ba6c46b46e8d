/** Any failure that Foresail foresees. The class says what to do next; `cause` keeps what went wrong below. */
export class ForesailError extends Error {
  override readonly name: string = 'ForesailError';
}

/** What a user wrote (a file, a flag, a request, a resource) cannot be used. Never retried; exit code 2, HTTP 400. */
export class InputError extends ForesailError {
  override readonly name = 'InputError';
}

/** Something is not there yet (no samples, no model). Hold, and come back after `retryAfterSeconds`. */
export class NotReadyError extends ForesailError {
  override readonly name = 'NotReadyError';
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A service that we depend on (a download, Kubernetes, Prometheus) failed. Retried; HTTP 502. */
export class UpstreamError extends ForesailError {
  override readonly name = 'UpstreamError';
}

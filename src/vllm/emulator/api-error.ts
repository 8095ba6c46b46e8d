/** An answer that is an error, in the form that vLLM gives it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param status HTTP status
   * @param type vLLM's name of the kind, such as `BadRequestError`
   * @param param the field at fault, where it is one
   */
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly param: string | null = null,
  ) {
    super(message);
  }
}

/** A request that cannot be used: HTTP 400. */
export function badRequest(message: string, param: string | null = null): ApiError {
  return new ApiError(400, 'BadRequestError', message, param);
}

/** The body of an error answer. */
export function errorBody({ status, type, message, param }: ApiError): object {
  return { error: { message, type, param, code: status } };
}

/** A refusal, worded as Discord words it. */
export class ApiError extends Error {
  readonly status: number;
  /** Discord's own number for the reason. */
  readonly code: number;
  readonly errors: object | undefined;

  constructor(status: number, code: number, message: string, errors?: object) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** 400, code 50035: a field is not as it must be. */
export function invalid(field: string, code: string, message: string): ApiError {
  return new ApiError(400, 50_035, 'Invalid Form Body', { [field]: { _errors: [{ code, message }] } });
}

/** 404: it is not there, or not for us. */
export function unknown(what: string, code: number): ApiError {
  return new ApiError(404, code, `Unknown ${what}`);
}

/** 403: the bot may not do this here. */
export function forbidden(code: number, message: string): ApiError {
  return new ApiError(403, code, message);
}

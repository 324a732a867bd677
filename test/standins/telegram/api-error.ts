/** A refusal by the Bot API, worded as Telegram words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly parameters: Record<string, number> | undefined;

  constructor(status: number, description: string, parameters?: Record<string, number>) {
    super(description);
    this.name = 'ApiError';
    this.status = status;
    this.parameters = parameters;
  }
}

/** 400: what was asked makes no sense. */
export function badRequest(what: string, parameters?: Record<string, number>): ApiError {
  return new ApiError(400, `Bad Request: ${what}`, parameters);
}

/** 403: the bot may not do this here. */
export function forbidden(what: string): ApiError {
  return new ApiError(403, `Forbidden: ${what}`);
}

/** 409: two readers of one queue. */
export function conflict(what: string): ApiError {
  return new ApiError(409, `Conflict: ${what}`);
}

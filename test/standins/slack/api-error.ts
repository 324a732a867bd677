/** A no of the Web API: `{ok: false, error}`, with status 200. */
export class ApiError extends Error {
  readonly fields: Record<string, unknown>;

  constructor(error: string, fields: Record<string, unknown> = {}) {
    super(error);
    this.name = 'ApiError';
    this.fields = fields;
  }
}

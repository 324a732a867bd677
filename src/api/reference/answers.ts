/** The answers that every route may give: what a caller did wrong, and what went wrong here. */
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { type Operation, pathParameters } from './operation.ts';

/** An error (RFC 9457). */
const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().meta({ description: 'What happened, to what, and what to do now.' }),
    code: z.string().meta({ description: 'Stable, for programs.', example: 'not_found' }),
    requestId: z.string().meta({ description: 'Under it the log has more.' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'JSON Pointer to the field, as you spelled it.', example: '/limit' }),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'Each field that cannot be taken.' }),
  })
  .meta({ id: 'Problem' });

const PROBLEM_TYPE = 'application/problem+json';

const text = (description: string) => ({ description, schema: { type: 'string' as const } });

/** The headers of answers, as components. */
export const HEADERS = {
  'X-Request-Id': text('What this request is called in our log.'),
  RateLimit: text('What is left now: `"key";r=5999;t=60`.'),
  'RateLimit-Policy': text('What there is: `"key";q=6000;w=60`.'),
  'Retry-After': text('Seconds to wait before the next try.'),
  'WWW-Authenticate': text('How to say who you are.'),
};

type Headers = Record<string, { $ref: string }>;

/** Headers by their names. */
function refer(...names: (keyof typeof HEADERS)[]): Headers {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The headers that every answer to this operation has. */
export function headersOf({ access }: Pick<Operation, 'access'>): Headers {
  return access === 'open' ? refer('X-Request-Id') : refer('X-Request-Id', 'RateLimit', 'RateLimit-Policy');
}

/** A problem as an answer. */
export function problem(description: string, headers: Headers = {}): ZodOpenApiResponseObject {
  return {
    description,
    headers: { ...refer('X-Request-Id'), ...headers },
    content: { [PROBLEM_TYPE]: { schema: problemShape } },
  };
}

/** A problem that many operations share, as a component. */
function common(status: number, description: string, headers: Headers = {}): ZodOpenApiResponseObject {
  return { id: (STATUS_CODES[status] ?? '').replaceAll(/\W/g, ''), ...problem(description, headers) };
}

const retry = refer('Retry-After');
const COMMON: Readonly<Record<number, ZodOpenApiResponseObject>> = {
  400: common(400, 'The request cannot be read: broken JSON, or deeper than 32 levels.'),
  401: common(401, 'No valid key pair.', refer('WWW-Authenticate')),
  403: common(403, 'The key may not do this, or a page of another origin asked.'),
  404: common(404, 'There is no such thing, or it is not yours: the two look alike on purpose.'),
  406: common(406, 'None of the types in `Accept` can be given.'),
  409: common(409, 'The state that it is in does not allow this; or the same `Idempotency-Key` is being worked on.'),
  413: common(413, 'The body is larger than allowed.'),
  415: common(415, 'The body is not of a type that can be taken.'),
  421: common(421, 'This Host is not answered to.'),
  422: common(422, 'A field cannot be taken; `errors` points to each.'),
  429: common(429, 'Too many requests with this key.', retry),
  500: common(500, 'Something broke here. The log has more under `requestId`.'),
  503: common(503, 'MongoDB or Redis is away. Nothing was stored; try again shortly.', retry),
};

/** Which of them an operation may give, besides its own. */
export function commonAnswers(operation: Operation): Record<string, ZodOpenApiResponseObject> {
  const { method, path, access, query, body, creates } = operation;
  const hasInput = body !== undefined || query !== undefined;
  const statuses = [
    ...(method === 'get' ? [] : [400, 413]),
    ...(access === 'open' ? [] : [401, 429, 503]),
    ...(access === 'admin' || method !== 'get' ? [403] : []),
    ...(pathParameters(path).length > 0 ? [400, 404] : []),
    ...(body === undefined ? [] : [415]),
    ...(hasInput || creates ? [422] : []),
    ...(creates ? [409] : []),
    406,
    421,
    500,
  ];
  return Object.fromEntries(statuses.map((status) => [String(status), COMMON[status] as ZodOpenApiResponseObject]));
}

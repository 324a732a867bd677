/** The OpenAPI document, written from the very objects by which requests are checked and answered. */
import { z } from 'zod';
import {
  createDocument,
  type oas31,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverrideContext,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import type { Answers } from '../route.ts';
import { commonAnswers, HEADERS, headersOf, problem } from './answers.ts';
import { exampleOf } from './example-ids.ts';
import { GUIDE } from './guide.ts';
import { type Operation, operationIdOf, pathParameters } from './operation.ts';
import { samplesOf } from './samples.ts';

/** The document as JSON. */
export type ApiDocument = oas31.OpenAPIObject;

/** Where this installation is, and what it is. */
export interface About {
  version: string;
  /** The address that samples call. */
  serverUrl: string;
}

const SECURITY = {
  open: [],
  caller: [{ apiKey: [], secret: [] }, { basic: [] }, {}],
  guest: [{ apiKey: [], secret: [] }, { basic: [] }, {}],
  admin: [{ apiKey: [], secret: [] }, { basic: [] }],
};

const SECURITY_SCHEMES = {
  apiKey: { type: 'apiKey', in: 'header', name: 'apiKey', description: 'The first half of a key pair.' },
  secret: { type: 'apiKey', in: 'header', name: 'secret', description: 'Its other half, sent together with it.' },
  basic: { type: 'http', scheme: 'basic', description: 'The same pair: `apiKey` as user, `secret` as password.' },
} as const;

const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .meta({
    param: { id: 'IdempotencyKey' },
    description: 'A text of your choice: the same request under it is carried out once, for 24 hours.',
  });

const person = z
  .string()
  .min(1)
  .optional()
  .meta({
    param: { id: 'PantheonPerson' },
    description: 'For whom an `app` key acts: your own id of that person.',
  });

/** Writes the document. The order of the operations is the order in which they are shown. */
export function describeApi(operations: readonly Operation[], { version, serverUrl }: About): ApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  }
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: { title: 'Pantheon', version, description: GUIDE, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: serverUrl }],
      tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
      paths,
      components: { securitySchemes: SECURITY_SCHEMES, headers: HEADERS },
    },
    { override: leaveOutNoise },
  ) as ApiDocument;
  addSamples(document, serverUrl);
  return document;
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { access, tag, summary, description, query, body, bodyIs, example, creates } = operation;
  const header = z.object({
    ...(access === 'caller' || access === 'guest' ? { 'Pantheon-Person': person } : {}),
    ...(creates ? { 'Idempotency-Key': idempotencyKey } : {}),
  });
  return {
    operationId: operationIdOf(operation),
    tags: [tag],
    summary,
    ...(description ? { description } : {}),
    security: SECURITY[access],
    requestParams: {
      path: pathSchema(operation.path),
      ...(query ? { query: query as unknown as z.ZodType<unknown, Record<string, unknown>> } : {}),
      ...(Object.keys(header.shape).length > 0 ? { header } : {}),
    },
    ...(body
      ? {
          requestBody: {
            required: bodyIs !== 'lenient' && !body.safeParse({}).success,
            content: { 'application/json': { schema: body, ...(example === undefined ? {} : { example }) } },
          },
        }
      : {}),
    responses: { ...commonAnswers(operation), ...ownAnswers(operation) },
  };
}

/** What says nothing to a reader: the pattern of a date that `format` names, and the bounds of every integer. */
function leaveOutNoise({ jsonSchema }: ZodOpenApiOverrideContext): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

function pathSchema(path: string) {
  const fields = pathParameters(path).map((name) => [name, z.string().meta({ example: exampleOf(path, name) })]);
  return z.object(Object.fromEntries(fields) as Record<string, z.ZodString>);
}

function ownAnswers(operation: Operation): Record<string, ZodOpenApiResponseObject> {
  const entries = Object.entries(operation.answers as Record<string, Answers>);
  return Object.fromEntries(entries.map(([status, answers]) => [status, describeAnswer(operation, status, answers)]));
}

/** An error without a schema of its own is a problem. */
function describeAnswer(operation: Operation, status: string, answers: Answers): ZodOpenApiResponseObject {
  const { description, schema, contentType, otherTypes = [] } = answers;
  if (Number(status) >= 400 && !schema) return problem(description);
  const types = [...(schema ? [contentType ?? 'application/json'] : []), ...otherTypes];
  const content = types.map((type) => [type, { schema: isJson(type) && schema ? schema : z.string() }]);
  return {
    description,
    headers: headersOf(operation),
    ...(content.length > 0 ? { content: Object.fromEntries(content) } : {}),
  };
}

function isJson(type: string): boolean {
  return /[/+]json$/.test(type);
}

/** Shows each operation in the eight languages, as `x-codeSamples`, which the common renderers know. */
function addSamples(document: ApiDocument, serverUrl: string): void {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      const operation = item[method];
      if (operation) operation['x-codeSamples'] = samplesOf(document, { serverUrl, method, path, operation });
    }
  }
}

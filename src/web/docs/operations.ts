/** The operations of an OpenAPI document, as the page shows them. */
import type { ApiDocument } from '../../api/reference/document.ts';
import type { Schema } from './schema.ts';

/** A list of content types with the schema of each. */
export type Content = Record<string, { schema?: Schema; example?: unknown }>;

/** A possible answer. */
export interface Answer {
  description: string;
  content?: Content;
}

/** Something that a request may have besides its body. */
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
}

/** An operation of the document, with its place. */
export interface Shown {
  method: string;
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  body?: Content;
  answers: [status: string, answer: Answer][];
  samples: { lang: string; label: string; source: string }[];
}

/** Every operation of the document in its order, its references resolved. */
export function operationsOf({ paths = {}, components = {} }: ApiDocument): Shown[] {
  const resolved = <T>(value: T | { $ref: string }, from: Record<string, unknown> = {}): T =>
    typeof value === 'object' && value !== null && '$ref' in value
      ? (from[value.$ref.split('/').at(-1) ?? ''] as T)
      : value;
  return Object.entries(paths).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const one = item[method];
      if (!one) return [];
      const body = one.requestBody as { content: Content } | undefined;
      return {
        method: method.toUpperCase(),
        path,
        operationId: one.operationId ?? '',
        tag: one.tags?.[0] ?? '',
        summary: one.summary ?? '',
        ...(one.description ? { description: one.description } : {}),
        security: one.security ?? [],
        parameters: (one.parameters ?? []).map((parameter) => resolved(parameter as Parameter, components.parameters)),
        ...(body ? { body: body.content } : {}),
        answers: Object.entries(one.responses ?? {}).map(([status, answer]) => [
          status,
          resolved(answer as Answer, components.responses),
        ]),
        samples: one['x-codeSamples'] as Shown['samples'],
      } satisfies Shown;
    }),
  );
}

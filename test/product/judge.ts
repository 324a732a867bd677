/** Whether an answer is as an OpenAPI document has it. */
import { z } from 'zod';
import type { oas31 } from 'zod-openapi';

/** A request, and what came back. */
export interface Call {
  method: string;
  /** With its query. */
  path: string;
  status: number;
  type: string;
  /** The header of a 405. */
  allow: string;
  body: string;
}

/** Gives the complaint, if there is one. */
export type Judge = (call: Call) => string | undefined;

type Schema = Parameters<typeof z.fromJSONSchema>[0];

/** What every path may answer, also one that is not there: the gate and the router stand before all routes. */
const ANYWHERE = new Set([403, 404, 405, 413, 421, 500, 503]);

/** Makes the judge. */
export function createJudge(document: oas31.OpenAPIObject): Judge {
  const shapes = new Map<string, z.ZodType>();
  const shapeOf = (key: string, schema: unknown): z.ZodType => {
    const known = shapes.get(key) ?? z.fromJSONSchema(wholeSchema(document, schema));
    shapes.set(key, known);
    return known;
  };
  return (call) => {
    const complain = (what: string): string => `${call.method} ${call.path} ${call.status}: ${what}`;
    const [path, item] = itemOf(document, call.path.split('?')[0] ?? '');
    const operation = item?.[methodOf(call)];
    const answer = operation && resolved(document, operation.responses?.[String(call.status)]);
    if (answer === undefined) {
      if (call.method === 'OPTIONS' && item) return undefined;
      if (operation || !ANYWHERE.has(call.status)) return complain('the document does not know this answer');
      return call.type.startsWith('application/problem+json') ? undefined : complain(`an error as "${call.type}"`);
    }
    if (call.method === 'HEAD' || call.body === '') return undefined;
    const type = call.type.split(';')[0] ?? '';
    const media = answer.content?.[type];
    if (media === undefined) return complain(`the document does not know it as "${type}"`);
    if (!/[/+]json$/.test(type)) return undefined;
    const result = shapeOf(`${path} ${call.method} ${call.status} ${type}`, media.schema).safeParse(
      JSON.parse(call.body),
    );
    return result.success ? undefined : complain(z.prettifyError(result.error));
  };
}

function methodOf({ method }: Call): 'get' {
  return (method === 'HEAD' ? 'get' : method.toLowerCase()) as 'get';
}

/** The path of the document that a request's path is an instance of; one with fewer parameters goes before. */
function itemOf(document: oas31.OpenAPIObject, path: string): [path: string, item: oas31.PathItemObject] | [] {
  const found = Object.entries(document.paths ?? {})
    .filter(([template]) => new RegExp(`^${patternOf(template)}$`).test(path))
    .toSorted(([a], [b]) => a.split('{').length - b.split('{').length);
  return found[0] ?? [];
}

/** Only the names of files have slashes in them. */
function patternOf(template: string): string {
  return template
    .replaceAll('.', String.raw`\.`)
    .replaceAll('{path}', '.+')
    .replaceAll(/\{\w+\}/g, '[^/]+');
}

function resolved(
  document: oas31.OpenAPIObject,
  answer: oas31.ResponseObject | oas31.ReferenceObject | undefined,
): oas31.ResponseObject | undefined {
  if (answer === undefined || !('$ref' in answer)) return answer;
  return document.components?.responses?.[answer.$ref.split('/').at(-1) ?? ''] as oas31.ResponseObject;
}

/** A schema with all that it may refer to. */
function wholeSchema({ components }: oas31.OpenAPIObject, schema: unknown): Schema {
  const text = JSON.stringify({ ...(schema as object), $defs: components?.schemas ?? {} });
  return JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Schema;
}

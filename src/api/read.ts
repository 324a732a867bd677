/** Reading requests: what does not fit its schema is refused with a pointer to it. */
import type { Request } from 'express';
import { z } from 'zod';
import { type FieldProblem, InvalidError } from '../errors.ts';
import type { Reply, Route } from './route.ts';

/** The value as the schema has it. Throws `InvalidError` that names each field as the caller spelled it. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidError('The request has fields that cannot be taken.', result.error.issues.flatMap(problemsOf));
}

function problemsOf(issue: z.core.$ZodIssue): FieldProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerTo(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: 'is not known here' }));
}

/** A JSON Pointer (https://www.rfc-editor.org/rfc/rfc6901#section-3). */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * The query as the route's schema has it. Throws `InvalidError` for what is given more than once, and below `/v1`
 * for what the route does not know.
 */
export function readQuery({ path, query }: Pick<Route, 'path' | 'query'>, request: Request): unknown {
  const given = { ...(request.query as Record<string, unknown>) };
  const doubles = Object.keys(given).filter((name) => Array.isArray(given[name]));
  if (doubles.length > 0) {
    const problems = doubles.map((name) => ({ pointer: pointerTo([name]), detail: 'is given more than once' }));
    throw new InvalidError('The query cannot be taken.', problems);
  }
  const isStrict = path.startsWith('/v1/');
  if (query === undefined) return isStrict ? parse(z.strictObject({}), given) : undefined;
  return parse(isStrict && query instanceof z.ZodObject ? query.strict() : query, given);
}

/** A list as an answer, with the `Link` header that goes with it. */
export function pageReply(
  request: Request,
  page: { data: unknown[]; next: string | null; previous: string | null },
): Reply {
  const link = (rel: 'next' | 'prev', name: 'after' | 'before', cursor: string | null) => {
    if (cursor === null) return [];
    const query = new URLSearchParams(request.query as Record<string, string>);
    query.delete('after');
    query.delete('before');
    query.set(name, cursor);
    return [`<${request.path}?${query.toString()}>; rel="${rel}"`];
  };
  const links = [...link('next', 'after', page.next), ...link('prev', 'before', page.previous)];
  return { status: 200, body: page, headers: links.length > 0 ? { Link: links.join(', ') } : {} };
}

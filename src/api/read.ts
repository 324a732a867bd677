/** Reading requests: what does not fit its schema is refused with a pointer to it. */
import type { Request } from 'express';
import type { z } from 'zod';
import { InvalidError } from '../errors.ts';
import type { Reply } from './route.ts';

/** The value as the schema has it. Throws `InvalidError` that names each field as the caller spelled it. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    pointer: `/${issue.path.join('/')}`,
    detail: issue.message,
  }));
  throw new InvalidError('The request has fields that cannot be taken.', problems);
}

/** The request's body as JSON; nothing at all is `{}`. Throws `InvalidError` (400) for anything else. */
export function readJson(request: Request): unknown {
  const body: unknown = request.body;
  const text = Buffer.isBuffer(body) ? body.toString('utf8').trim() : '';
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidError(`The body is not JSON: ${(error as Error).message}`, [], 400);
  }
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

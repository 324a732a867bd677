/**
 * What a route is: one object from which the request is checked, the answer is made and the OpenAPI document is
 * written, so that the three cannot disagree.
 */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { IdPrefix } from '../id.ts';
import type { Caller } from './caller.ts';

/**
 * Who may call: `open` everybody, `guest` guests too where `OPEN_API` lets them, `caller` whoever has a key or needs
 * none, `admin` keys of that scope.
 */
export type Access = 'open' | 'guest' | 'caller' | 'admin';

/** One possible answer. Without a schema it has no body. */
export interface Answers {
  description: string;
  schema?: z.ZodType;
  /** `application/json` where nothing else is said. */
  contentType?: string;
  /** Further types in which it is given, as texts: `text/event-stream`, `text/markdown`. */
  otherTypes?: string[];
}

/** A request as its handler gets it: read and checked. */
export interface Call<Query = unknown, Body = unknown> {
  caller: Caller;
  params: Record<string, string>;
  query: Query;
  body: Body;
  /**
   * The request's own key: what it makes has ids and natural keys that follow from it, so that a repeat under the
   * same `Idempotency-Key` after a crash arrives at the same things. Random without one.
   */
  key: string;
  /** An id that follows from `key`. `n` tells several of one kind apart. */
  newId: (prefix: IdPrefix, n?: number) => string;
  /**
   * What a repeat under the same `Idempotency-Key` is answered, where the handler writes the response itself: a
   * stream cannot be repeated, but how it ended can be told.
   */
  remember: (reply: Reply) => void;
  /** Aborted when the caller hangs up or we shut down. */
  signal: AbortSignal;
  request: Request;
  response: Response;
}

/** What a handler answers; `undefined` when it has written the response itself (a stream). */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Its conversation is not saved: neither is the answer, and a repeat under the same `Idempotency-Key` gets none. */
  unsaved?: true;
}

export interface Route<Query = unknown, Body = unknown> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As in OpenAPI: `/v1/conversations/{id}`. */
  path: string;
  access: Access;
  /** The heading under which the reference shows it. */
  tag: string;
  summary: string;
  description?: string;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  /** An example of a body, for the reference and its code samples. */
  example?: unknown;
  /** `lenient`: no body, white space, `[]` and a form of any content are all `{}`, whatever the Content-Type. */
  bodyIs?: 'json' | 'lenient';
  /** It creates something, so `Idempotency-Key` holds for it. */
  creates?: boolean;
  /** The answers that it gives itself, by status; those that every route may give are not repeated. */
  answers: Record<number, Answers>;
  handle(call: Call<Query, Body>): Promise<Reply | undefined>;
}

/** The answer to what cannot be done to a thing in the state that it is in. */
export const CONFLICT = { 409: { description: 'The state that it is in does not allow this.' } };

/** Says what types the handler gets. */
export function route<Query = unknown, Body = unknown>(definition: Route<Query, Body>): Route {
  return definition;
}

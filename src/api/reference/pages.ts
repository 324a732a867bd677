/** What answers over HTTP besides the routes: what platforms call, and what browsers open. */
import { z } from 'zod';
import type { Operation } from './operation.ts';

const APPS = 'Apps';
const PAGES = 'Pages';
const notFound = { 404: { description: 'There is no such thing, or it is turned off.' } };
const page = { 200: { description: 'The page.', schema: z.string(), contentType: 'text/html' } };
const file = {
  200: { description: 'The file.', otherTypes: ['text/javascript', 'text/css', 'image/svg+xml'] },
  304: { description: 'You have it already.' },
};
const turnedAway = { 403: { description: '`WEB_ACCESS` does not let this caller in.' }, ...notFound };

/** Their descriptions, to be shown after the routes. */
export const PAGES_AND_WEBHOOKS: readonly Operation[] = [
  {
    method: 'post',
    path: '/webhooks/{channel}',
    access: 'open',
    tag: APPS,
    summary: 'Tell what happened on an app',
    description:
      'For the platforms, and for the chat page. Answered once the event is stored. Each platform proves in its own way that the call is its own; without the proof the answer is 401.',
    answers: {
      200: { description: 'Stored. The body is what the platform expects, if anything.', schema: z.unknown() },
      202: { description: 'Stored, and worked on.', schema: z.unknown() },
      204: { description: 'Nothing in it was for us.' },
      401: { description: 'The call does not prove that it comes from the platform.' },
      403: { description: 'The chat page is not open to this caller, or a page of another origin asked.' },
      422: { description: 'The event cannot be taken.' },
      503: { description: 'It could not be stored; the platform will bring it again.' },
    },
  },
  {
    method: 'get',
    path: '/chat',
    access: 'open',
    tag: PAGES,
    summary: 'Open the chat page',
    answers: { ...page, ...turnedAway },
  },
  {
    method: 'get',
    path: '/chat/assets/{path}',
    access: 'open',
    tag: PAGES,
    summary: 'Load a file of the chat page',
    description: '`path` may have slashes in it.',
    answers: file,
  },
  {
    method: 'get',
    path: '/chat/history',
    access: 'open',
    tag: PAGES,
    summary: 'Read what the chat page shows',
    query: z.object({
      before: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answers: {
      200: {
        description: "The newest part of the visitor's conversation, or an older one.",
        schema: z.looseObject({}),
      },
      ...turnedAway,
      503: { description: 'MongoDB is away.' },
    },
  },
  {
    method: 'get',
    path: '/chat/stream',
    access: 'open',
    tag: PAGES,
    summary: 'Follow what happens on the chat page',
    answers: {
      200: { description: 'Events, for as long as the page listens.', otherTypes: ['text/event-stream'] },
      ...turnedAway,
      503: { description: 'Redis is away.' },
    },
  },
  {
    method: 'get',
    path: '/docs',
    access: 'open',
    tag: PAGES,
    summary: 'Read this reference',
    answers: { ...page, 304: { description: 'You have it already.' } },
  },
  {
    method: 'get',
    path: '/docs/assets/{path}',
    access: 'open',
    tag: PAGES,
    summary: 'Load a file of the reference',
    answers: file,
  },
  {
    method: 'get',
    path: '/openapi.json',
    access: 'open',
    tag: PAGES,
    summary: 'Read this reference as OpenAPI 3.1',
    answers: {
      200: { description: 'The document.', schema: z.looseObject({}) },
      304: { description: 'You have it already.' },
    },
  },
];

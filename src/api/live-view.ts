/** A conversation as it goes on (`…/stream`), and as a whole (`…/transcript`). */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { BridgeError, InvalidError } from '../errors.ts';
import { findConversation, isTheirs } from './conversations.ts';
import type { ApiDeps } from './deps.ts';
import { createFollow } from './follow.ts';
import { type Route, route } from './route.ts';
import { conversationShape, messageShape } from './shapes.ts';
import { openEventStream } from './sse.ts';
import { transcriptText } from './transcript.ts';

const TAG = 'Conversations';
const FORMATS = { markdown: 'text/markdown', json: 'application/json' } as const;

/** Makes the routes. */
export function createLiveView(deps: ApiDeps): Route[] {
  const { store } = deps;
  const follow = createFollow(deps);
  return [
    route({
      method: 'get',
      path: '/v1/conversations/{id}/stream',
      access: 'caller',
      tag: TAG,
      summary: 'Follow a conversation live, as server-sent events',
      description:
        'Each new message comes once, in order, as an event `message` with an `id`. After a break, `Last-Event-ID` (or `?lastEventId=`) goes on behind that one; without it the stream begins now. What changes besides comes as `edit`, `delivery`, `mode`, `turn`, `typing`, `delta` and `restart`, without an id.',
      query: z.object({ lastEventId: z.string().optional() }),
      answers: { 200: { description: 'The events.', otherTypes: ['text/event-stream'] } },
      async handle({ caller, params, query, request, response, signal }) {
        const { _id: conversationId, mode } = await findConversation(store, caller, params['id']);
        const lastSeq = await store.readLastSeq(conversationId);
        const after = placeOf(request.get('last-event-id') ?? query.lastEventId, lastSeq);
        if (request.method === 'HEAD') return { status: 200, headers: { 'Content-Type': 'text/event-stream' } };
        const stream = openEventStream(response, { signal, startId: String(after) });
        await follow(stream, { conversationId, after, mode, isTheirs: (one) => isTheirs(caller, one) });
        return undefined;
      },
    }),

    route({
      method: 'get',
      path: '/v1/conversations/{id}/transcript',
      access: 'caller',
      tag: TAG,
      summary: 'Read a whole conversation as one text',
      description: 'As `text/markdown` or `application/json`, by `Accept` or `?format=`.',
      query: z.object({ format: z.enum(['markdown', 'json']).optional() }),
      answers: {
        200: {
          description: 'The conversation with all its messages.',
          schema: z.object({ conversation: conversationShape, messages: z.array(messageShape) }),
          otherTypes: ['text/markdown'],
        },
      },
      async handle({ caller, params, query, request, response, signal }) {
        const conversation = await findConversation(store, caller, params['id']);
        const type = query.format ? FORMATS[query.format] : request.accepts(Object.values(FORMATS));
        if (!type)
          throw new BridgeError('not_acceptable', 'A transcript is text/markdown or application/json.', {
            status: 406,
          });
        response.status(200).set({ 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' });
        if (request.method === 'HEAD') return { status: 200 };
        const text = transcriptText(deps, conversation, type === FORMATS.json ? 'json' : 'markdown');
        await pipeline(Readable.from(text), response, { signal }).catch((error: Error) => {
          if (!signal.aborted) throw error;
        });
        return undefined;
      },
    }),
  ];
}

/** Where to go on. An id beyond the end is as good as the end: nothing that comes may be left out. */
function placeOf(id: string | undefined, lastSeq: number): number {
  if (id === undefined || id === '') return lastSeq;
  if (!/^\d{1,15}$/.test(id))
    throw new InvalidError('This Last-Event-ID is not one of ours.', [
      { pointer: '/lastEventId', detail: 'must be the id of an event of this stream' },
    ]);
  return Math.min(Number(id), lastSeq);
}

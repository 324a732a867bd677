/** `/v1/conversations`: what was said, whichever app it was said on. */
import { z } from 'zod';
import { NotFoundError } from '../errors.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Store } from '../store/store.ts';
import type { Caller } from './caller.ts';
import type { ApiDeps } from './deps.ts';
import { isGuestConversation } from './guest.ts';
import { pageOf, pageQuery, spanOf } from './paging.ts';
import { presentConversation, presentMessage } from './present.ts';
import { pageReply } from './read.ts';
import { type Route, route } from './route.ts';
import { conversationShape, messageShape, pageShape } from './shapes.ts';

const TAG = 'Conversations';

const listQuery = pageQuery.extend({
  person: z.string().optional(),
  app: z.string().optional(),
  mode: z.enum(['agent', 'human']).optional(),
});

/** Makes the routes. An admin sees all, everybody else what is theirs. */
export function createConversations({ store }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/conversations',
      access: 'caller',
      tag: TAG,
      summary: 'List conversations, the latest first',
      query: listQuery,
      answers: { 200: { description: 'A page of conversations.', schema: pageShape(conversationShape) } },
      async handle({ caller, query, request }) {
        const { filter, sort } = spanOf(query, 'lastMessageAt', 'desc', (at) => new Date(at));
        const personId = caller.scope === 'admin' ? query.person : caller.personId;
        const found = await store.conversations
          .find({
            ...filter,
            goneAt: null,
            ...(personId === undefined ? {} : { personId }),
            // One that everybody has to begin with, and nobody has used, is none yet.
            apps: query.app ?? { $ne: [] },
            ...(query.mode === undefined ? {} : { mode: query.mode }),
          })
          .sort({ lastMessageAt: sort, _id: sort })
          .limit(query.limit + 1)
          .lean();
        const page = pageOf(query, found, ({ lastMessageAt, _id }) => ({ at: lastMessageAt.getTime(), id: _id }));
        return pageReply(request, { ...page, data: page.data.map(presentConversation) });
      },
    }),

    route({
      method: 'get',
      path: '/v1/conversations/{id}',
      access: 'caller',
      tag: TAG,
      summary: 'Read a conversation',
      answers: { 200: { description: 'The conversation.', schema: conversationShape } },
      async handle({ caller, params }) {
        return { status: 200, body: presentConversation(await findConversation(store, caller, params['id'])) };
      },
    }),

    route({
      method: 'get',
      path: '/v1/conversations/{id}/messages',
      access: 'caller',
      tag: TAG,
      summary: 'List the messages of a conversation, oldest first',
      query: pageQuery,
      answers: { 200: { description: 'A page of messages.', schema: pageShape(messageShape) } },
      async handle({ caller, params, query, request }) {
        const { _id: conversationId } = await findConversation(store, caller, params['id']);
        const { filter, sort } = spanOf(query, 'seq', 'asc', (at) => at);
        const found = await store.messages
          .find({ conversationId, ...filter })
          .sort({ seq: sort })
          .limit(query.limit + 1)
          .lean();
        const page = pageOf(query, found, ({ seq, _id }) => ({ at: seq, id: _id }));
        const deliveries = await store.deliveries.find({ messageId: { $in: page.data.map(({ _id }) => _id) } }).lean();
        const byMessage = Map.groupBy(deliveries, ({ messageId }) => messageId);
        const data = page.data.map((message) => presentMessage(message, byMessage.get(message._id) ?? []));
        return pageReply(request, { ...page, data });
      },
    }),
  ];
}

/** The conversation, if it is the caller's. Throws `NotFoundError`, whether it is missing or somebody else's. */
export async function findConversation(store: Store, caller: Caller, id = ''): Promise<Conversation> {
  const conversation = await store.readConversation(id);
  if (!conversation || conversation.goneAt || !(await isTheirs(store, caller, conversation))) {
    throw new NotFoundError(`Conversation ${id}`);
  }
  return conversation;
}

async function isTheirs(store: Store, { scope, personId }: Caller, conversation: Conversation): Promise<boolean> {
  if (scope === 'guest') return isGuestConversation(store, conversation);
  return scope === 'admin' || conversation.personId === personId;
}

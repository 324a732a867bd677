/** `/v1/conversations`, read-only: what was said, whichever app it was said on. */
import { Router } from 'express';
import { z } from 'zod';
import { NotFoundError } from '../errors.ts';
import type { Conversation } from '../store/conversations.ts';
import type { Store } from '../store/store.ts';
import { type Caller, callerOf } from './caller.ts';
import type { ApiDeps } from './deps.ts';
import { pageOf, pageQuery, spanOf } from './paging.ts';
import { presentConversation, presentMessage } from './present.ts';
import { parse, sendPage } from './read.ts';

const listQuery = pageQuery.extend({
  person: z.string().optional(),
  app: z.string().optional(),
  mode: z.enum(['agent', 'human']).optional(),
});

/** Makes the routes. An admin sees all, everybody else what is theirs. */
export function createConversations({ store, config }: ApiDeps): Router {
  const router = Router();

  router.get('/v1/conversations', async (request, response) => {
    const caller = await callerOf(request, store, config.OPEN_API);
    const query = parse(listQuery, request.query);
    const { filter, sort } = spanOf(query, 'lastMessageAt', 'desc', (at) => new Date(at));
    const personId = caller.scope === 'admin' ? query.person : caller.personId;
    const found = await store.conversations
      .find({
        ...filter,
        goneAt: null,
        ...(personId === undefined ? {} : { personId }),
        ...(query.app === undefined ? {} : { apps: query.app }),
        ...(query.mode === undefined ? {} : { mode: query.mode }),
      })
      .sort({ lastMessageAt: sort, _id: sort })
      .limit(query.limit + 1)
      .lean();
    const page = pageOf(query, found, ({ lastMessageAt, _id }) => ({ at: lastMessageAt.getTime(), id: _id }));
    sendPage(request, response, { ...page, data: page.data.map(presentConversation) });
  });

  router.get('/v1/conversations/:id', async (request, response) => {
    const caller = await callerOf(request, store, config.OPEN_API);
    response.json(presentConversation(await findConversation(store, caller, request.params.id)));
  });

  router.get('/v1/conversations/:id/messages', async (request, response) => {
    const caller = await callerOf(request, store, config.OPEN_API);
    const { _id: conversationId } = await findConversation(store, caller, request.params.id);
    const query = parse(pageQuery, request.query);
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
    sendPage(request, response, { ...page, data });
  });

  return router;
}

/** The conversation, if it is the caller's. Throws `NotFoundError`, whether it is missing or somebody else's. */
async function findConversation(store: Store, caller: Caller, id: string): Promise<Conversation> {
  const conversation = await store.readConversation(id);
  const isTheirs = caller.scope === 'admin' || conversation?.personId === caller.personId;
  if (!conversation || conversation.goneAt || !isTheirs) throw new NotFoundError(`Conversation ${id}`);
  return conversation;
}

/** Messages over `/v1`: listed, read, said, and found by their words. */
import { z } from 'zod';
import { TEXT_LIMIT_BYTES } from '../conversation.ts';
import { BridgeError, InvalidError, NotFoundError } from '../errors.ts';
import { say, type Saying } from '../history/say.ts';
import { findEntries } from '../history/search.ts';
import type { Conversation } from '../store/conversations.ts';
import { apiKey, type Message } from '../store/messages.ts';
import type { Store } from '../store/store.ts';
import { byteLength, isBlank, normalizeText } from '../text/normalize.ts';
import { wordsOf } from '../text/words.ts';
import type { Caller } from './caller.ts';
import { findConversation, isTheirs, personOf } from './conversations.ts';
import type { ApiDeps } from './deps.ts';
import { pageOf, pageQuery, spanOf, timePageOf } from './paging.ts';
import { presentMessage } from './present.ts';
import { pageReply } from './read.ts';
import { type Route, route } from './route.ts';
import { messageShape, pageShape } from './shapes.ts';

const TAG = 'Messages';
/** The operator's own pair has the name of its variable: nobody's name. */
const NAMELESS = 'ADMIN_KEY';

const searchQuery = pageQuery.extend({ q: z.string().max(200), person: z.string().optional() });
const sayBody = z.strictObject({
  text: z
    .string()
    .transform(normalizeText)
    .refine((text) => !isBlank(text), 'must say something')
    .refine((text) => byteLength(text) <= TEXT_LIMIT_BYTES, `must be at most ${TEXT_LIMIT_BYTES} bytes of UTF-8`),
  attachments: z.undefined('cannot be taken here yet: send the text alone').optional(),
  as: z.enum(['human', 'agent', 'user']).optional(),
});

/** Makes the routes. */
export function createMessages(deps: ApiDeps): Route[] {
  const { store } = deps;
  return [
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
        return pageReply(request, { ...page, data: await presentAll(store, page.data) });
      },
    }),

    route({
      method: 'post',
      path: '/v1/conversations/{id}/messages',
      access: 'caller',
      tag: TAG,
      summary: 'Say something in a conversation',
      description:
        '`as: human`, what an admin says where nothing else is given, and `as: agent` go to the person on the app where they last wrote. `as: user`, all that other keys may say, is the person’s own, and the agent answers it.',
      body: sayBody,
      example: { text: 'I have looked into it: your order is on its way.' },
      creates: true,
      answers: { 202: { description: 'The message, with its deliveries.', schema: messageShape } },
      async handle({ caller, params, body, key }) {
        const conversation = await findConversation(store, caller, params['id']);
        const saying = await sayingOf(deps, caller, conversation, body);
        const { message, delivery } = await say(deps, conversation, { ...saying, key: apiKey(key, 0) });
        return { status: 202, body: presentMessage(message, delivery ? [delivery] : []) };
      },
    }),

    route({
      method: 'get',
      path: '/v1/messages/{id}',
      access: 'caller',
      tag: TAG,
      summary: 'Read a message',
      answers: { 200: { description: 'The message.', schema: messageShape } },
      async handle({ caller, params }) {
        const id = params['id'] ?? '';
        const message = await store.messages.findById(id).lean();
        const conversation = message && (await store.readConversation(message.conversationId));
        if (!message || !conversation || conversation.goneAt || !isTheirs(caller, conversation))
          throw new NotFoundError(`Message ${id}`);
        const [shown] = await presentAll(store, [message]);
        return { status: 200, body: shown };
      },
    }),

    route({
      method: 'get',
      path: '/v1/search',
      access: 'caller',
      tag: TAG,
      summary: 'Find messages that hold all of these words, the latest first',
      description:
        'Words are literal; neither case nor accents matter. `person`, for admin keys: in their conversations only.',
      query: searchQuery,
      answers: { 200: { description: 'A page of messages.', schema: pageShape(messageShape) } },
      async handle({ caller, query, request }) {
        const words = wordsOf(query.q);
        if (words.length === 0)
          throw new InvalidError('There is nothing to look for.', [{ pointer: '/q', detail: 'must hold a word' }]);
        const scope = { personId: personOf(caller, query.person) };
        const entries = await findEntries(store, words, scope, timePageOf(query, 'desc'));
        const page = pageOf(query, entries, ({ at, _id }) => ({ at: at.getTime(), id: _id }));
        const ids = page.data.flatMap(({ messageId }) => messageId ?? []);
        return pageReply(request, { ...page, data: await presentAll(store, await readTheirs(store, caller, ids)) });
      },
    }),
  ];
}

async function presentAll(store: Store, messages: Message[]) {
  const ids = messages.filter(({ role }) => role !== 'user').map(({ _id }) => _id);
  const deliveries = ids.length === 0 ? [] : await store.deliveries.find({ messageId: { $in: ids } }).lean();
  const byMessage = Map.groupBy(deliveries, ({ messageId }) => messageId);
  return messages.map((message) => presentMessage(message, byMessage.get(message._id) ?? []));
}

/** The messages in this order, without those that were taken back, erased, or are no longer the caller's. */
async function readTheirs(store: Store, caller: Caller, ids: string[]): Promise<Message[]> {
  const found = await store.messages.find({ _id: { $in: ids }, deletedAt: null }).lean();
  const byId = new Map(found.map((message) => [message._id, message]));
  const messages = ids.flatMap((id) => byId.get(id) ?? []);
  const conversations = await Promise.all(messages.map(({ conversationId }) => store.readConversation(conversationId)));
  return messages.filter((_, index) => {
    const conversation = conversations[index];
    return conversation !== undefined && !conversation.goneAt && isTheirs(caller, conversation);
  });
}

/** Who says it, and whether they may. */
async function sayingOf(
  { store, channels }: ApiDeps,
  caller: Caller,
  conversation: Conversation,
  { text, as }: z.infer<typeof sayBody>,
): Promise<Omit<Saying, 'key'>> {
  const isAdmin = caller.scope === 'admin';
  const role = as ?? (isAdmin ? 'human' : 'user');
  if (role !== 'user' && !isAdmin)
    throw new BridgeError('forbidden', `Only a key of scope admin may speak as ${role}.`, { status: 403 });
  if (role === 'user' && conversation.kind === 'group')
    throw new InvalidError('In a group, people speak for themselves.', [
      { pointer: '/as', detail: 'must be human or agent' },
    ]);
  const isOwn = conversation.personId === caller.personId;
  return {
    role,
    text,
    ...(role === 'human' ? { author: await nameOf(store, caller) } : {}),
    ...(role === 'user' && isOwn && caller.identityId ? { identityId: caller.identityId } : {}),
    isReachable: (channel) => channels.has(channel),
  };
}

/** What the app shows before the words of a human: the name of their key. */
async function nameOf(store: Store, { keyId }: Caller): Promise<string> {
  const key = await store.keys.findById(keyId).lean();
  return key?.name && key.name !== NAMELESS ? key.name : 'Human';
}

/** `/v1/conversations`: what was said, whichever app it was said on. */
import { z } from 'zod';
import { API_APP } from '../conversation.ts';
import { InvalidError, NotFoundError } from '../errors.ts';
import { eraseConversation } from '../history/erase.ts';
import { listConversations } from '../history/list.ts';
import { personTopic } from '../queue/topics.ts';
import type { Conversation } from '../store/conversations.ts';
import { newConversation } from '../store/new.ts';
import { titleEntry } from '../store/search.ts';
import type { Store } from '../store/store.ts';
import { update } from '../store/write.ts';
import type { Caller } from './caller.ts';
import type { ApiDeps } from './deps.ts';
import { isGuestConversation } from './guest.ts';
import { pageOf, pageQuery, timePageOf } from './paging.ts';
import { presentConversation } from './present.ts';
import { pageReply } from './read.ts';
import { type Route, route } from './route.ts';
import { conversationShape, pageShape } from './shapes.ts';
import { readWishes, wishFields } from './wishes.ts';

const TAG = 'Conversations';

const listQuery = pageQuery.extend({
  person: z.string().optional(),
  app: z.string().optional(),
  mode: z.enum(['agent', 'human']).optional(),
  q: z.string().max(200).optional(),
});
const changeBody = z.strictObject(wishFields);
const newBody = changeBody.extend({ person: z.string().optional() });
const EXAMPLE = { title: 'The trip to Abuja', inLanguage: 'hausa', outLanguage: 'English' };

/** Makes the routes. An admin sees all, everybody else what is theirs. */
export function createConversations(deps: ApiDeps): Route[] {
  const { store, live } = deps;
  return [
    route({
      method: 'get',
      path: '/v1/conversations',
      access: 'caller',
      tag: TAG,
      summary: 'List conversations, the latest first',
      description: '`q`: those whose title or messages hold all of these words.',
      query: listQuery,
      answers: { 200: { description: 'A page of conversations.', schema: pageShape(conversationShape) } },
      async handle({ caller, query, request }) {
        const { app, mode, q: text } = query;
        const filter = { personId: personOf(caller, query.person), app, mode, text };
        const found = await listConversations(store, filter, timePageOf(query, 'desc'));
        const page = pageOf(query, found, ({ lastMessageAt, _id }) => ({ at: lastMessageAt.getTime(), id: _id }));
        return pageReply(request, { ...page, data: page.data.map(presentConversation) });
      },
    }),

    route({
      method: 'post',
      path: '/v1/conversations',
      access: 'caller',
      tag: TAG,
      summary: 'Begin a conversation',
      description: '`person`, for admin keys: whose conversation it is; else the caller’s own.',
      body: newBody,
      example: EXAMPLE,
      creates: true,
      answers: { 201: { description: 'The conversation.', schema: conversationShape } },
      async handle(call) {
        const { caller, body } = call;
        const personId = await ownerOf(store, caller, body.person);
        const settings = await readWishes(deps, body);
        const owner = { kind: 'direct' as const, personId, apps: [API_APP], ...settings };
        const { _id, ...conversation } = newConversation(call.newId('cnv'), new Date(), owner);
        await store.writeAll([
          update(store.conversations, { _id }, { $setOnInsert: conversation }, { upsert: true }),
          ...(conversation.title ? [titleEntry(store, { _id, ...conversation })] : []),
        ]);
        const made = await findConversation(store, caller, _id);
        return { status: 201, body: presentConversation(made), headers: { Location: `/v1/conversations/${_id}` } };
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
      method: 'patch',
      path: '/v1/conversations/{id}',
      access: 'caller',
      tag: TAG,
      summary: 'Change the title, agent, languages or response types',
      description: '`null` takes a title or a language away. Any change raises `version`.',
      body: changeBody,
      example: EXAMPLE,
      answers: { 200: { description: 'The conversation as it is now.', schema: conversationShape } },
      async handle({ caller, params, body }) {
        const conversation = await findConversation(store, caller, params['id']);
        const { _id, personId } = conversation;
        const settings = await readWishes(deps, body);
        if (Object.keys(settings).length > 0) {
          const { title } = settings;
          await store.writeAll([
            update(store.conversations, { _id, goneAt: null }, { $set: settings, $inc: { version: 1 } }),
            ...(title === undefined ? [] : [titleEntry(store, { ...conversation, title })]),
          ]);
          if (personId) live.publish(personTopic(personId), { type: 'active', conversationId: _id });
        }
        return { status: 200, body: presentConversation(await findConversation(store, caller, _id)) };
      },
    }),

    route({
      method: 'delete',
      path: '/v1/conversations/{id}',
      access: 'caller',
      tag: TAG,
      summary: 'Erase a conversation',
      description: 'Its messages, files, jobs and words are gone, and what was on its way is cancelled.',
      answers: { 204: { description: 'It is gone.' } },
      async handle({ caller, params }) {
        await eraseConversation(deps, await findConversation(store, caller, params['id']));
        return { status: 204 };
      },
    }),
  ];
}

/** Whose things the caller asks about: an admin may name somebody, or mean everybody. */
export function personOf(caller: Caller, person: string | undefined): string | undefined {
  return caller.scope === 'admin' ? person : caller.personId;
}

/** Whether the caller may see it. */
export function isTheirs(caller: Caller, conversation: Conversation): boolean {
  return caller.scope === 'admin' || conversation.personId === caller.personId;
}

/** The conversation, if it is the caller's. Throws `NotFoundError`, whether it is missing or somebody else's. */
export async function findConversation(store: Store, caller: Caller, id = ''): Promise<Conversation> {
  const conversation = await store.readConversation(id);
  const isGuests = caller.scope === 'guest' && conversation && (await isGuestConversation(store, conversation));
  if (!conversation || conversation.goneAt || !(isGuests || isTheirs(caller, conversation)))
    throw new NotFoundError(`Conversation ${id}`);
  return conversation;
}

/** Who the new conversation is for. Throws `InvalidError` when that is nobody, or not the caller's to say. */
async function ownerOf(store: Store, caller: Caller, person: string | undefined): Promise<string> {
  if (person === undefined || person === caller.personId) return caller.personId;
  const detail = caller.scope === 'admin' ? 'is nobody that is known' : 'may be set with keys of scope admin only';
  const found = caller.scope === 'admin' ? await store.readPerson(person) : undefined;
  if (found === undefined)
    throw new InvalidError('The conversation cannot be for this person.', [{ pointer: '/person', detail }]);
  return person;
}

/** `/conversation/…` and `GET /conversations`: the published "Conversation Thread" document. */
import { z } from 'zod';
import { API_APP } from '../../conversation.ts';
import { eraseConversation } from '../../history/erase.ts';
import { listConversations } from '../../history/list.ts';
import { openConversation } from '../../history/open.ts';
import { findConversation } from '../conversations.ts';
import type { ApiDeps } from '../deps.ts';
import { pageOf, pageQuery, timePageOf } from '../paging.ts';
import { type Call, type Route, route } from '../route.ts';
import { say } from './answer.ts';
import { beginBody, continueBody, entriesOf, toEntry } from './fields.ts';
import { settingsOf } from './settings.ts';
import { documentConversation, documentedConversation, documentedSummary, documentSummary } from './shapes.ts';
import { answerUnsaved } from './unsaved.ts';

const TAG = 'Conversation thread';

const EVENTS =
  'With `stream: true` the answer is `text/event-stream`: `start` {"id"}, `delta` {"text"}…, `message`, `done`, or ' +
  '`error`. The deltas since the last `start` add up to the message.';

/** Makes the routes. */
export function createThread(deps: ApiDeps): Route[] {
  const { store } = deps;
  const own = (call: Pick<Call, 'caller' | 'params'>) =>
    findConversation(store, { ...call.caller, scope: 'person' }, call.params['id']);
  return [
    route({
      method: 'post',
      path: '/conversation/new',
      access: 'caller',
      tag: TAG,
      summary: 'Start a new conversation',
      description: `The answer is waited for up to 60 s. Chats are not saved by default. ${EVENTS}`,
      creates: true,
      body: beginBody,
      example: { title: 'Testing you', inlanguage: 'hausa', outputLanguage: 'english', save: true, message: 'Hello' },
      answers: {
        200: { description: 'With `stream`: the events.', otherTypes: ['text/event-stream'] },
        201: { description: 'The conversation with the message and its answer.', schema: documentedConversation },
        202: {
          description: 'The answer takes longer; it will be in the conversation.',
          schema: documentedConversation,
        },
        502: { description: 'An unsaved conversation got no answer.' },
        504: { description: 'An unsaved conversation got no answer in time.' },
      },
      async handle(call) {
        const { body } = call;
        const settings = { ...(await settingsOf(deps, body)), ...(body.title ? { title: body.title } : {}) };
        const entry = toEntry(body);
        if (!body.save) return answerUnsaved(deps, call, { entry, settings, isStream: body.stream });
        const { personId } = call.caller;
        const opening = { apps: [API_APP], ...settings };
        const { _id: conversationId } = await openConversation(store, call.newId('cnv'), personId, opening);
        return say(deps, call, { conversationId, entries: [entry], settings: {}, isStream: body.stream, status: 201 });
      },
    }),

    route({
      method: 'get',
      path: '/conversations',
      access: 'caller',
      tag: TAG,
      summary: 'Fetch the list of all your saved conversations',
      query: pageQuery,
      answers: {
        200: {
          description: 'The conversations, the latest first, without their messages. `next`: the value for `after`.',
          schema: z.object({ conversations: z.array(documentedSummary), next: z.string().nullable() }),
        },
      },
      async handle({ caller, query }) {
        const found = await listConversations(store, { personId: caller.personId }, timePageOf(query, 'desc'));
        const page = pageOf(query, found, ({ lastMessageAt, _id }) => ({ at: lastMessageAt.getTime(), id: _id }));
        return { status: 200, body: { conversations: page.data.map(documentSummary), next: page.next } };
      },
    }),

    route({
      method: 'get',
      path: '/conversation/{id}',
      access: 'caller',
      tag: TAG,
      summary: 'Fetch a specific conversation',
      answers: { 200: { description: 'The conversation with all its messages.', schema: documentedConversation } },
      async handle(call) {
        const conversation = await own(call);
        const messages = await store.messages.find({ conversationId: conversation._id }).sort({ seq: 1 }).lean();
        return { status: 200, body: documentConversation(conversation, messages) };
      },
    }),

    route({
      method: 'post',
      path: '/conversation/{id}',
      access: 'caller',
      tag: TAG,
      summary: 'Continue a saved conversation',
      description: `In \`messages\` the one on top is the latest; what is stored already is recognised. ${EVENTS}`,
      creates: true,
      body: continueBody,
      example: { messages: [{ message: 'And tomorrow?', messagetype: 'text', owner: 'user' }] },
      answers: {
        200: {
          description: 'What this call added, the answer on top.',
          schema: documentedConversation,
          otherTypes: ['text/event-stream'],
        },
        202: { description: 'Stored; the answer takes longer, or a human has it.', schema: documentedConversation },
      },
      async handle(call) {
        const { _id: conversationId } = await own(call);
        const settings = await settingsOf(deps, call.body);
        const said = { conversationId, entries: entriesOf(call.body), settings, isStream: call.body.stream };
        return say(deps, call, { ...said, status: 200 });
      },
    }),

    route({
      method: 'delete',
      path: '/conversation/{id}',
      access: 'caller',
      tag: TAG,
      summary: 'Delete a saved conversation',
      description: 'Its messages, files and jobs are gone.',
      answers: { 204: { description: 'It is gone.' } },
      async handle(call) {
        await eraseConversation(deps, await own(call));
        return { status: 204 };
      },
    }),
  ];
}

/** `/conversations/…`: the published "Conversations" document. Conversations across messaging apps. */
import { z } from 'zod';
import { AgentError, type Answer } from '../../agent/agent.ts';
import { API_APP, DELIVERY_STATES, LOCAL_PERSON_ID } from '../../conversation.ts';
import { describeError } from '../../errors.ts';
import { openConversation } from '../../history/open.ts';
import { type Said, say } from '../../history/say.ts';
import { createLinkCodes } from '../../identity/link-codes.ts';
import { personTopic } from '../../queue/topics.ts';
import { chatKey } from '../../store/chats.ts';
import { apiKey } from '../../store/messages.ts';
import type { Conversation } from '../../store/conversations.ts';
import { update } from '../../store/write.ts';
import type { ApiDeps } from '../deps.ts';
import { meetGuest } from '../guest.ts';
import { type Call, type Route, route } from '../route.ts';
import { channelOf, findAddressee, type Place } from './addressee.ts';
import { ANSWER_WAIT_MS } from './answer.ts';
import { startBody } from './fields.ts';
import { createReplyRoute } from './reply.ts';
import { settingsOf } from './settings.ts';
import { settledDelivery } from './settled.ts';

const started = z
  .object({
    id: z.string(),
    app: z.string(),
    status: z.enum(['open', 'queued', 'sent', 'failed']),
    delivery: z.object({ id: z.string(), state: z.enum(DELIVERY_STATES) }).nullable(),
    continueOn: z.record(z.string(), z.string()).meta({ description: 'A link per app that carries it over.' }),
  })
  .meta({ id: 'StartedConversation' });

/** Makes the routes. */
export function createApps(deps: ApiDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/conversations/startConversation',
      access: 'guest',
      tag: 'Conversations across apps',
      summary: 'Begin a conversation via a supported messaging app',
      description:
        'All of the body is optional. With `app` and `to` the message is delivered there, or the agent opens the talk.',
      bodyIs: 'lenient',
      creates: true,
      body: startBody,
      example: { to: 'per_…', message: 'Your parcel has arrived.' },
      answers: {
        201: { description: 'The conversation, and how it can be carried on.', schema: started },
        404: { description: 'Whom `to` means is not there, or is nobody whom the caller may reach.' },
      },
      handle: (call) => start(deps, call),
    }),
    createReplyRoute(deps),
  ];
}

async function start(deps: ApiDeps, call: Call<unknown, z.output<typeof startBody>>) {
  const { body } = call;
  const caller = call.caller.scope === 'guest' ? (await meetGuest(deps.identities, call)).caller : call.caller;
  const settings = { ...(await settingsOf(deps, body)), ...(body.title ? { title: body.title } : {}) };
  const app = body.app === API_APP ? undefined : body.app;
  if (app !== undefined) channelOf(deps, app);
  const addressee = body.to === undefined ? undefined : await findAddressee(deps, caller, body.to, app);
  const personId = addressee ? addressee.personId : caller.personId;
  const place = addressee?.place;
  const conversation = addressee?.conversation ?? (await open(deps, call, personId, place, settings));
  const told = await begin(deps, call, conversation, place, body.message);
  const delivery = told?.delivery ? await settledDelivery(deps, told.delivery) : null;
  return {
    status: 201,
    body: {
      id: conversation._id,
      app: place?.channel.name ?? API_APP,
      status: statusOf(place, delivery?.state),
      delivery: delivery && { id: delivery._id, state: delivery.state },
      continueOn: personId === undefined ? {} : await continueOn(deps, call, conversation, personId),
    },
  };
}

function statusOf(place: Place | undefined, state: string | undefined): z.infer<typeof started>['status'] {
  if (place === undefined) return 'open';
  if (state === undefined || state === 'failed' || state === 'cancelled') return 'failed';
  return state === 'sent' || state === 'delivered' || state === 'read' ? 'sent' : 'queued';
}

/** The conversation belongs to the person addressed, and what they write next goes there. */
async function open(
  { store, live }: ApiDeps,
  { newId }: Pick<Call, 'newId'>,
  personId: string | undefined,
  place: Place | undefined,
  settings: Partial<Conversation>,
): Promise<Conversation> {
  const id = newId('cnv');
  const isTold = place !== undefined && personId !== undefined;
  const goThere = isTold ? [update(store.people, { _id: personId }, { $set: { activeConversationId: id } })] : [];
  const opening = { apps: [place?.channel.name ?? API_APP], ...settings };
  const conversation = await openConversation(store, id, personId, opening, goThere);
  if (isTold) live.publish(personTopic(personId), { type: 'active', conversationId: id });
  return conversation;
}

/** Says the message there, or what the agent opens the talk with. `undefined`: nowhere to say it, or no words. */
async function begin(
  deps: ApiDeps,
  { key, signal }: Pick<Call, 'key' | 'signal'>,
  conversation: Conversation,
  place: Place | undefined,
  message: string | undefined,
): Promise<Said | undefined> {
  const answer = message === undefined && place ? await openingWords(deps, conversation, place, signal) : undefined;
  const text = message ?? answer?.text;
  if (text === undefined) return undefined;
  return say(deps, conversation, {
    key: apiKey(key, 0),
    role: 'agent',
    text,
    ...(place ? { chatId: chatKey(place.channel.name, place.chat) } : {}),
    ...(place?.identityId ? { identityId: place.identityId } : {}),
    ...(answer ? { madeBy: { model: answer.model, ...(answer.tokens ? { tokens: answer.tokens } : {}) } } : {}),
    isReachable: () => false,
  });
}

const OPENING = 'Begin the conversation: greet me, and say in a sentence or two what you can do for me.';

async function openingWords(
  { ask, agents, log }: ApiDeps,
  conversation: Conversation,
  { channel, chat }: Place,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const question = {
    ...(await agents.of(conversation)),
    entries: [{ role: 'user' as const, text: OPENING }],
    newCount: 1,
    place: { channel: channel.name, kind: chat.kind },
  };
  try {
    return await ask(question, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WAIT_MS)]) });
  } catch (error) {
    if (error instanceof AgentError)
      log.warn({ code: error.code, error: error.message }, 'the agent could not open a talk');
    else log.warn({ error: describeError(error) }, 'the agent could not open a talk');
    return undefined;
  }
}

/** A link per app. A program's own person is joined by one human only; more need `Pantheon-Person`. */
async function continueOn(
  { store, channels, config, log }: ApiDeps,
  { caller, request }: Pick<Call, 'caller' | 'request'>,
  { _id: conversationId }: Conversation,
  personId: string,
): Promise<Record<string, string>> {
  const able = [...channels.values()].filter((channel) => channel.startLink !== undefined);
  const isShared = personId === LOCAL_PERSON_ID || (caller.scope === 'admin' && personId === caller.personId);
  const codes = await createLinkCodes(store, { personId, conversationId, app: API_APP, isShared }, able.length);
  const base = config.PUBLIC_URL ?? `http://${request.headers.host ?? ''}`;
  const links = await Promise.all(
    able.map(async (channel, index) => {
      const link = await channel.startLink?.(codes[index] ?? '', base).catch((error: unknown) => {
        log.warn({ channel: channel.name, error: describeError(error) }, 'no link can be made for this channel now');
        return undefined;
      });
      return link === undefined ? [] : [[channel.name, link] as const];
    }),
  );
  return Object.fromEntries(links.flat());
}

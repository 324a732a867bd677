/** `PUT /conversations/replyToConversation`: says something in a conversation, as the machine or as the person. */
import { z } from 'zod';
import { DELIVERY_STATES } from '../../conversation.ts';
import { watchConversation } from '../../history/answers.ts';
import { listConversations } from '../../history/list.ts';
import { say } from '../../history/say.ts';
import type { Conversation } from '../../store/conversations.ts';
import type { Caller } from '../caller.ts';
import { findConversation } from '../conversations.ts';
import type { ApiDeps } from '../deps.ts';
import { type Call, type Reply, type Route, route } from '../route.ts';
import { outcomeOf, speakerOf, waiting } from './answer.ts';
import { replyBody, toEntry } from './fields.ts';
import { documentedMessage, documentMessage } from './shapes.ts';
import { settledDelivery } from './settled.ts';

const replied = z
  .object({
    id: z.string().nullable(),
    message: documentedMessage.nullable(),
    delivery: z.object({ id: z.string(), state: z.enum(DELIVERY_STATES) }).nullable(),
  })
  .meta({ id: 'RepliedConversation' });

type Body = z.output<typeof replyBody>;

/** Makes the route. */
export function createReplyRoute(deps: ApiDeps): Route {
  return route({
    method: 'put',
    path: '/conversations/replyToConversation',
    access: 'guest',
    tag: 'Conversations across apps',
    summary: 'Say something in a conversation',
    description:
      '`owner` machine (default): the text is delivered to the person on the app where they last wrote; user: it is ' +
      'theirs, and the agent answers. Without an id: the latest conversation; without a message: nothing is added.',
    bodyIs: 'lenient',
    body: replyBody,
    example: { conversationId: 'cnv_…', message: 'It is on its way.' },
    answers: {
      200: { description: 'What was stored and where it went.', schema: replied },
      404: { description: 'The conversation is not there, or is not the caller’s.' },
    },
    async handle(call): Promise<Reply> {
      const { body } = call;
      const id = body.conversationId ?? body.id;
      const [caller, conversation] = await find(deps, call.caller, id);
      if (!conversation) return { status: 200, body: { id: null, message: null, delivery: null } };
      if (body.message === undefined)
        return { status: 200, body: { id: conversation._id, message: null, delivery: null } };
      const theirs = { ...call, caller };
      return body.owner === 'user'
        ? ask(deps, theirs, conversation)
        : deliver(deps, theirs, conversation, body.message);
    },
  });
}

/** The conversation that is meant, and as whom the caller speaks in it. */
async function find(
  deps: ApiDeps,
  caller: Caller,
  id: string | undefined,
): Promise<[Caller, Conversation | undefined]> {
  if (id === undefined) return [caller, await latest(deps, caller.personId)];
  const conversation = await findConversation(deps.store, caller, id);
  const isGuest = caller.scope === 'guest';
  return [isGuest ? { ...caller, personId: conversation.personId ?? '' } : caller, conversation];
}

async function latest({ store }: ApiDeps, personId: string): Promise<Conversation | undefined> {
  if (personId === '') return undefined;
  const [found] = await listConversations(store, { personId }, { limit: 1, sort: -1 });
  return found;
}

/** The natural key of what is said: the same `key` in the same conversation is said once. */
function requestOf({ body, key }: Pick<Call<unknown, Body>, 'body' | 'key'>, { _id }: Conversation): string {
  return body.key === undefined ? key : `${_id}:${body.key}`;
}

async function deliver(
  deps: ApiDeps,
  call: Call<unknown, Body>,
  conversation: Conversation,
  text: string,
): Promise<Reply> {
  const key = `reply:${requestOf(call, conversation)}`;
  const isReachable = (channel: string) => deps.channels.has(channel);
  const said = await say(deps, conversation, { key, role: 'agent', text, isReachable });
  const delivery = said.delivery ? await settledDelivery(deps, said.delivery) : null;
  return {
    status: 200,
    body: {
      id: conversation._id,
      message: documentMessage(said.message),
      delivery: delivery && { id: delivery._id, state: delivery.state },
    },
  };
}

/** It is the person's own word: the agent answers, and that answer is given back. */
async function ask(deps: ApiDeps, call: Call<unknown, Body>, { _id }: Conversation): Promise<Reply> {
  const watch = await watchConversation(deps, _id);
  try {
    const speaker = { ...speakerOf(call), request: requestOf(call, { _id } as Conversation), mayRepeat: true };
    const { conversation, added } = await deps.append(_id, [toEntry(call.body)], speaker);
    const question = added.findLast(({ answer }) => answer !== 'none');
    const { replies } = await outcomeOf(conversation, question, (id) => watch.outcomeOf(id, waiting(call)));
    const [answer] = replies;
    return { status: 200, body: { id: _id, message: answer ? documentMessage(answer) : null, delivery: null } };
  } finally {
    watch.close();
  }
}

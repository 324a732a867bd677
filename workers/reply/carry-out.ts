/** Carrying out what is decided, by natural keys: any process may do it, any number of times, from any point on. */
import { derivedId } from '#src/id.ts';
import { conversationTopic } from '#src/queue/topics.ts';
import { parseChatKey } from '#src/store/chats.ts';
import type { Conversation, Decision } from '#src/store/conversations.ts';
import type { Delivery } from '#src/store/deliveries.ts';
import type { Message } from '#src/store/messages.ts';
import { insert, update, type Write } from '#src/store/write.ts';
import { firstCharacters } from '#src/text/normalize.ts';
import type { WorkerDeps } from '../deps.ts';

const PREVIEW_LENGTH = 80;
const SEQ_INDEX = 'conversationId_1_seq_1';

/** What carrying out needs to know of the conversation. */
export interface Target {
  conversation: Pick<Conversation, '_id' | 'kind' | 'personId'>;
  /** Identity and platform message that are answered. */
  identityId?: string;
  replyTo?: string;
  /** The inbox that the decision was made on: unchanged, nothing is left to do. */
  inbox: number;
  /** Other messages wait besides the inputs. */
  hasMore: boolean;
  fence: number;
}

/**
 * Decides, if `decide` is given, and carries out: replies, deliveries, event; inputs answered, turn done, `decided`
 * cleared, in this order. In one command as long as nobody takes a place in between.
 * Says whether the decision held; `false` means that nothing was written.
 */
export async function carryOut(
  deps: WorkerDeps,
  decision: Decision,
  target: Target,
  lastSeq: number,
  decide: Write[] = [],
): Promise<boolean> {
  const { store } = deps;
  let [before, done, last] = [decide, 0, lastSeq];
  for (;;) {
    const messages = newMessages(decision, target, last - done);
    const writes = carryOutWrites(deps, decision, target, messages);
    const result = await store.writeAll([...before, ...writes.slice(done)]);
    if (result.isDone) {
      store.lastSeqs.set(target.conversation._id, last + messages.length);
      announce(deps, decision, target, messages);
      return true;
    }
    const stoppedAt = result.index - before.length;
    if (stoppedAt < 0) return false;
    before = [];
    done += stoppedAt;
    // Either the place was taken, or this very thing is there already: somebody began to carry it out before us.
    if (result.duplicateOf === SEQ_INDEX) last = await store.readLastSeq(target.conversation._id);
    else done += 1;
  }
}

/** The messages of the decision; the first takes the place after `lastSeq`. */
function newMessages(decision: Decision, target: Target, lastSeq: number): Message[] {
  const { turnId, chatId, at, fence, error, model, tokens } = decision;
  return decision.texts.map((text, n) => {
    const key = error ? noteKey(decision) : `out:${turnId}:${n}`;
    return {
      _id: derivedId('msg', at, key),
      conversationId: target.conversation._id,
      seq: lastSeq + 1 + n,
      key,
      role: error ? 'system' : 'agent',
      channel: parseChatKey(chatId).channel,
      chatId,
      ...(target.identityId ? { identityId: target.identityId } : {}),
      turnId,
      text,
      textAt: at,
      edits: [],
      attachments: [],
      answer: 'none',
      ...(model ? { model } : {}),
      ...(tokens ? { tokens } : {}),
      createdAt: at,
    } satisfies Message;
  });

  function noteKey({ notePeriod }: Decision): string {
    return notePeriod ? `note:${notePeriod}:${chatId}` : `note:${turnId}:${fence}`;
  }
}

function newDelivery(decision: Decision, target: Target, message: Message): Delivery {
  const { chatId, at, turnId } = decision;
  const { channel, account, externalId, threadId } = parseChatKey(chatId);
  const { kind, personId, _id: conversationId } = target.conversation;
  const key = `${message._id}:${chatId}`;
  return {
    _id: derivedId('dlv', at, key),
    key,
    kind: 'message',
    messageId: message._id,
    conversationId,
    ...(personId ? { personId } : {}),
    turnId,
    chatId,
    channel,
    to: { account, externalId, threadId, kind },
    ...(target.replyTo ? { replyTo: target.replyTo } : {}),
    text: message.text,
    parts: [],
    state: 'queued',
    isOpen: true,
    nextTryAt: at,
    attempts: 0,
    tries: [],
    preview: firstCharacters(message.text, PREVIEW_LENGTH),
    createdAt: at,
    updatedAt: at,
  };
}

/** All writes after the decision, messages first. The last one ends the recovery. */
function carryOutWrites(deps: WorkerDeps, decision: Decision, target: Target, messages: Message[]): Write[] {
  const { store } = deps;
  const { turnId, inputs, error, at } = decision;
  const state = error ? ('failed' as const) : ('done' as const);
  const eventKey = `turn.${state}:${turnId}:${decision.fence}`;
  const data = { conversationId: target.conversation._id, turnId, state };
  return [
    ...messages.map((message) => insert(store.messages, message)),
    ...messages.map((message) => insert(store.deliveries, newDelivery(decision, target, message))),
    insert(store.events, {
      _id: derivedId('evt', at, eventKey),
      key: eventKey,
      type: `turn.${state}`,
      data,
      createdAt: at,
    }),
    update(
      store.messages,
      { _id: { $in: inputs } },
      { $set: { answer: error ? 'failed' : 'given', turnId } },
      { many: true },
    ),
    update(
      store.turns,
      { _id: turnId },
      { $set: { state, inputs, updatedAt: at, error: error ? { ...error, at } : null } },
    ),
    settle(deps, decision, target, messages.at(-1)?.seq ?? 0),
  ];
}

/** The conversation is free again; without work, unless its inbox moved meanwhile or more was waiting all along. */
function settle({ store }: WorkerDeps, decision: Decision, target: Target, lastSeq: number): Write {
  const { turnId, historyFrom, at } = decision;
  const filter = { _id: target.conversation._id, fence: target.fence, 'decided.turnId': turnId };
  return update(store.conversations, filter, [
    {
      $set: {
        decided: null,
        turnId: null,
        leaseHolder: null,
        leaseUntil: null,
        readyAt: null,
        cuts: 0,
        crashes: 0,
        historyFrom,
        lastOutAt: at,
        lastMessageAt: at,
        lastSeq: { $max: ['$lastSeq', lastSeq] },
        hasWork: target.hasMore ? true : { $ne: ['$inbox', target.inbox] },
      },
    },
  ]);
}

/** Rings for what is to be said, and for what is left to answer; shows the messages to those who look on. */
function announce({ bells, live }: WorkerDeps, decision: Decision, target: Target, messages: Message[]): void {
  const { _id } = target.conversation;
  const { channel } = parseChatKey(decision.chatId);
  if (messages.length > 0) void bells.deliver(channel).ring(decision.chatId);
  if (target.hasMore) void bells.reply.ring(_id);
  for (const { _id: messageId, seq } of messages) {
    live.publish(conversationTopic(_id), { type: 'message', messageId, seq });
  }
  const state = decision.error ? 'failed' : 'done';
  live.publish(conversationTopic(_id), { type: 'turn', turnId: decision.turnId, state });
}

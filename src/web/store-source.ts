/** What the chat page is told, from the store: the visitor's active conversation, and what their commands answered. */
import type { Visitor } from '../channel.ts';
import type { LiveEvent } from '../conversation.ts';
import { describeError } from '../errors.ts';
import type { IdentityResolver, Known } from '../identity/resolve.ts';
import type { Logger } from '../log.ts';
import type { Live } from '../queue/live.ts';
import { conversationTopic, INBOX_TOPIC, type InboxEvent, personTopic } from '../queue/topics.ts';
import { chatKey } from '../store/chats.ts';
import type { Delivery } from '../store/deliveries.ts';
import type { Message } from '../store/messages.ts';
import type { Store } from '../store/store.ts';
import type { ChatEntry, ChatEvent, ChatHistory } from './entry.ts';
import type { ChatSource, HistoryOptions } from './source.ts';
import { PAGE_CHANNEL } from './visitor.ts';

interface SourceDeps {
  store: Store;
  live: Live;
  identities: IdentityResolver;
  log: Logger;
}

const LATEST = 50;
const NOTICES = 200;

/** Makes the source. */
export function createChatSource(deps: SourceDeps): ChatSource {
  return {
    history: (visitor, options = {}) => readHistory(deps, visitor, options),
    follow: (visitor, onEvent, signal) => follow(deps, visitor, onEvent, signal),
  };
}

function pageChatId({ externalId }: Visitor): string {
  return chatKey(PAGE_CHANNEL, { account: PAGE_CHANNEL, externalId, threadId: '' });
}

function findVisitor({ identities }: SourceDeps, visitor: Visitor): Promise<Known | undefined> {
  return identities.find(PAGE_CHANNEL, '', visitor.externalId);
}

async function readHistory(
  deps: SourceDeps,
  visitor: Visitor,
  { before, limit = LATEST }: HistoryOptions,
): Promise<ChatHistory> {
  const { store } = deps;
  const known = await findVisitor(deps, visitor);
  const conversation = known && (await store.readConversation(known.person.activeConversationId));
  if (!conversation) return { conversation: null, entries: [], hasMore: false };
  const { _id: conversationId, title, lastSeq } = conversation;
  const end = before ?? lastSeq + 1;
  const from = Math.max(1, end - limit);
  const span = before === undefined ? { $gte: from } : { $gte: from, $lt: before };
  const [messages, notices] = await Promise.all([
    store.messages.find({ conversationId, seq: span }).sort({ seq: 1 }).lean(),
    store.deliveries
      .find({ chatId: pageChatId(visitor), kind: 'notice', conversationId })
      .sort({ createdAt: -1 })
      .limit(NOTICES)
      .lean(),
  ]);
  const [since, until] = [
    from > 1 ? messages[0]?.createdAt : undefined,
    before === undefined ? undefined : messages.at(-1)?.createdAt,
  ];
  const shown = notices.filter(({ createdAt }) => (!since || createdAt >= since) && (!until || createdAt <= until));
  const entries = [...messages.map(messageEntry), ...shown.flatMap(noticeEntries)];
  return {
    conversation: { id: conversationId, title },
    entries: entries.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || (a.seq ?? 0) - (b.seq ?? 0)),
    hasMore: from > 1,
  };
}

function messageEntry(message: Message): ChatEntry {
  const { _id: id, seq, role, text, channel, createdAt, edits, deletedAt, answer, externalId, turnId } = message;
  return {
    id,
    seq,
    kind: 'message',
    role,
    text,
    app: channel,
    createdAt: createdAt.toISOString(),
    ...(edits.length > 0 ? { isEdited: true } : {}),
    ...(deletedAt ? { isDeleted: true } : {}),
    ...(role === 'user' ? { answer } : {}),
    ...(externalId ? { externalId } : {}),
    ...(turnId && role !== 'user' ? { turnId } : {}),
  };
}

/** A command as it was typed, and what it answered. */
function noticeEntries({ _id: id, key, chatId, channel, createdAt, command, text }: Delivery): ChatEntry[] {
  const common = { kind: 'notice' as const, app: channel, createdAt: createdAt.toISOString() };
  const externalId = key.slice(`notice:in:${chatId}:`.length);
  const typed = command ? [{ ...common, id: `${id}:command`, role: 'user' as const, text: command, externalId }] : [];
  return [...typed, { ...common, id, role: 'system', text: text ?? '' }];
}

/** Follows the person and their active conversation, whichever that is; a visitor not yet known, until they are. */
async function follow(
  deps: SourceDeps,
  visitor: Visitor,
  onEvent: (event: ChatEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { live } = deps;
  const subscriptions = new Map<string, () => void>();
  let queue = Promise.resolve();
  let current = '';

  const tell = async (event: LiveEvent) => {
    if (event.type === 'active') await followConversation(event.conversationId);
    for (const told of await toChatEvents(deps, visitor, event)) onEvent(told);
  };

  const listen = async (topic: string, onLive: (event: unknown) => void) => {
    if (subscriptions.has(topic) || signal.aborted) return;
    subscriptions.set(topic, () => undefined);
    subscriptions.set(topic, await live.subscribe(topic, onLive));
    if (signal.aborted) subscriptions.get(topic)?.();
  };
  const drop = (topic: string) => {
    subscriptions.get(topic)?.();
    subscriptions.delete(topic);
  };
  signal.addEventListener('abort', () => [...subscriptions.keys()].forEach(drop), { once: true });

  /** One after the other: what is read for an event must not come behind what happened later. */
  const enqueue = (event: LiveEvent) => {
    queue = queue.then(() =>
      tell(event).catch((error: Error) => {
        deps.log.warn({ error: error.message }, 'a live event could not be read; the page reads its history again');
        onEvent({ type: 'active', conversationId: current });
      }),
    );
  };

  const followConversation = async (id: string) => {
    current = id;
    const topic = conversationTopic(id);
    const others = [...subscriptions.keys()].filter(
      (other) => other.startsWith(conversationTopic('')) && other !== topic,
    );
    await listen(topic, (event) => enqueue(event as LiveEvent));
    others.forEach(drop);
  };

  const followPerson = async (known: Known) => {
    await listen(personTopic(known.person._id), (event) => enqueue(event as LiveEvent));
    await followConversation(known.person.activeConversationId);
  };

  const meet = async () => {
    const found = await findVisitor(deps, visitor);
    if (!found || !subscriptions.has(INBOX_TOPIC)) return;
    drop(INBOX_TOPIC);
    await followPerson(found);
    onEvent({ type: 'active', conversationId: found.person.activeConversationId });
  };

  const known = await findVisitor(deps, visitor);
  if (known) return followPerson(known);
  await listen(INBOX_TOPIC, (event) => {
    if ((event as InboxEvent).chatId !== pageChatId(visitor)) return;
    meet().catch((error: unknown) =>
      deps.log.warn({ error: describeError(error) }, 'a visitor could not be looked up; their next word is waited for'),
    );
  });
}

async function toChatEvents({ store }: SourceDeps, visitor: Visitor, event: LiveEvent): Promise<ChatEvent[]> {
  if (event.type === 'message' || event.type === 'edit') {
    const message = await store.messages.findById(event.messageId).lean();
    return message ? [{ type: event.type === 'message' ? 'entry' : 'edit', entry: messageEntry(message) }] : [];
  }
  if (event.type === 'delivery') {
    if (event.messageId || event.chatId !== pageChatId(visitor)) return [];
    const notice = await store.deliveries.findById(event.deliveryId).lean();
    return notice ? noticeEntries(notice).map((entry) => ({ type: 'entry', entry })) : [];
  }
  return event.type === 'mode' || event.type === 'gone' ? [] : [event];
}

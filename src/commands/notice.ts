/** Notices: what we say to somebody that is not part of any conversation (what a command answers). */
import { derivedId } from '../id.ts';
import type { ChatRef } from '../message.ts';
import type { Bells } from '../queue/bells.ts';
import { chatKey } from '../store/chats.ts';
import type { Delivery } from '../store/deliveries.ts';
import { newDelivery } from '../store/new.ts';
import type { Store } from '../store/store.ts';
import { insert, type Write } from '../store/write.ts';

/** What to say, to whom, and why. `cause` is the natural key of what it answers: one cause, one notice. */
export interface Notice {
  cause: string;
  channel: string;
  chat: ChatRef;
  text: string;
  command?: string;
  personId?: string;
  conversationId?: string;
  replyTo?: string;
}

const NO_TIME = new Date(0);

/**
 * The id of the notice that a cause has. It follows from the cause alone: the same event may come with another time
 * (a page that repeats what was not acknowledged).
 */
export function noticeId(cause: string): string {
  return derivedId('dlv', NO_TIME, noticeKey(cause));
}

function noticeKey(cause: string): string {
  return `notice:${cause}`;
}

/** Puts the notice on its way. Said once, however often it is called with the same cause. */
export async function sendNotice(
  deps: { store: Store; bells: Bells },
  notice: Notice,
  before: Write[] = [],
): Promise<void> {
  const delivery = newNotice(notice);
  await deps.store.writeAll([...before, insert(deps.store.deliveries, delivery)]);
  void deps.bells.deliver(notice.channel).ring(delivery.chatId);
}

function newNotice({ cause, chat, text, command, personId, conversationId, replyTo, channel }: Notice): Delivery {
  return newDelivery(new Date(), chat.kind, {
    _id: noticeId(cause),
    key: noticeKey(cause),
    kind: 'notice',
    ...(conversationId ? { conversationId } : {}),
    ...(personId ? { personId } : {}),
    chatId: chatKey(channel, chat),
    to: chat,
    ...(replyTo ? { replyTo } : {}),
    text,
    ...(command ? { command } : {}),
  });
}

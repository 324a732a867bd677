/** Fetching what was said while we were away: WhatsApp keeps nothing for us, but the chats are there. */
import type { Channel, Gap } from '#src/channel.ts';
import { notReady } from './errors.ts';
import type { Inbound } from '#src/message.ts';
import type { Gate } from './access.ts';
import type { Both, ListedChat } from './child/protocol.ts';
import { ACCOUNT } from './normalize/people.ts';
import type { Ask } from './send.ts';
import { within } from './send.ts';

/** Of one chat at most so many messages are read, and at most so many chats. */
const MOST_MESSAGES = 500;
const MOST_CHATS = 200;

export interface CatchUpDeps {
  ask: Ask;
  gate: Gate;
  me: () => Both | undefined;
  read: (raw: unknown) => Inbound[];
}

function gapOf({ id, ids, isGroup, title }: ListedChat, from: Date, to: Date): Gap {
  const named = isGroup ? { kind: 'group' as const, ...(title !== '' && { title }) } : { kind: 'direct' as const };
  const externalId = isGroup ? id : (ids.phone ?? id);
  return { chat: { account: ACCOUNT, externalId, threadId: '', ...named }, from, to };
}

/** Makes `Channel.catchUp`: the chats that moved since, the latest first, each oldest message first. */
export function createCatchUp({ ask, gate, me, read }: CatchUpDeps): NonNullable<Channel['catchUp']> {
  return async ({ since }, emit, signal) => {
    const own = me();
    if (!own) throw notReady();
    const to = new Date();
    // Messages carry whole seconds.
    const seconds = Math.floor(since.getTime() / 1000);
    const listed = await ask('chats', { since: seconds }, within(signal));
    const chats = listed.filter((chat) => gate.reads(chat, own));
    const gaps = chats.slice(MOST_CHATS).map((chat) => gapOf(chat, since, to));
    for (const chat of chats.slice(0, MOST_CHATS)) {
      const asked = { chat: chat.id, since: seconds, limit: MOST_MESSAGES };
      const { events, isComplete } = await ask('history', asked, within(signal));
      const batch = events.flatMap(read);
      if (batch.length > 0) await emit(batch);
      const oldest = batch.find((inbound) => inbound.kind === 'message');
      if (!isComplete) gaps.push(gapOf(chat, since, oldest?.at ?? to));
    }
    return gaps;
  };
}

/** Fetching what was said while we were away: WhatsApp keeps nothing for us, but the chats are there. */
import type { Channel, Gap } from '#src/channel.ts';
import { describeError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { Inbound } from '#src/message.ts';
import type { Gate } from './access.ts';
import type { Both, Gives, ListedChat } from './child/protocol.ts';
import { notReady } from './errors.ts';
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
  log: Logger;
}

function gapOf({ id, phone, isGroup, title }: ListedChat, from: Date, to: Date): Gap {
  const named = isGroup ? { kind: 'group' as const, ...(title !== '' && { title }) } : { kind: 'direct' as const };
  return { chat: { account: ACCOUNT, externalId: phone ?? id, threadId: '', ...named }, from, to };
}

const NOTHING: Gives<'history'> = { events: [], unclear: [], isComplete: false };

/**
 * Makes what reads one chat; nothing: it alone cannot be read, while all else works. Throws when WhatsApp is not
 * connected any more, whatever the chat, or something in it, failed of.
 */
function createReadChat({ ask, log }: CatchUpDeps) {
  return async (chat: string, since: number, signal: AbortSignal): Promise<Gives<'history'>> => {
    const assertConnected = async (otherwise: Error) => {
      const { state } = await ask('ping', {}, within(signal));
      if (state !== 'CONNECTED') throw otherwise;
    };
    try {
      const read = await ask('history', { chat, since, limit: MOST_MESSAGES }, within(signal));
      if (read.unclear.length > 0) await assertConnected(notReady());
      return read;
    } catch (error) {
      await assertConnected(error as Error);
      const { cause = error } = error as Error;
      log.warn({ error: describeError(cause) }, 'whatsapp: a chat cannot be read; what was missed there is a gap');
      return NOTHING;
    }
  };
}

/** Makes `Channel.catchUp`: the chats that moved since, the latest first, each oldest message first. */
export function createCatchUp(deps: CatchUpDeps): NonNullable<Channel['catchUp']> {
  const { ask, gate, me, read } = deps;
  const readChat = createReadChat(deps);
  return async ({ since }, emit, signal) => {
    const own = me();
    if (!own) throw notReady();
    const to = new Date();
    // Messages carry whole seconds.
    const seconds = Math.floor(since.getTime() / 1000);
    const only = gate.only(own);
    const listed = await ask('chats', { since: seconds, ...(only && { only }) }, within(signal));
    const chats = listed.filter((chat) => gate.reads(chat, own));
    const gaps = chats.slice(MOST_CHATS).map((chat) => gapOf(chat, since, to));
    for (const chat of chats.slice(0, MOST_CHATS)) {
      const { events, unclear, isComplete } = await readChat(chat.id, seconds, signal);
      const batch = events.flatMap(read);
      if (batch.length > 0) await emit(batch);
      const oldest = batch.find((inbound) => inbound.kind === 'message');
      if (!isComplete) gaps.push(gapOf(chat, since, oldest?.at ?? to));
      for (const { kind, at } of unclear.flatMap(read)) {
        if (kind === 'message' || kind === 'edit') gaps.push(gapOf(chat, at, at));
      }
    }
    return gaps;
  };
}

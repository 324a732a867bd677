/** What people do on the platform: each of it queues the update that Telegram would. */
import type { Chat, Message, User } from 'grammy/types';
import { findEntities } from './text/find.ts';
import type { Platform } from './platform.ts';
import type { TelegramStandin } from './standin.ts';

type People = Pick<
  TelegramStandin,
  'person' | 'group' | 'topic' | 'openChat' | 'say' | 'edit' | 'file' | 'block' | 'unblock' | 'kick' | 'migrate'
>;

/** Commands and mentions are found in a text that comes without entities. */
function withEntities<T extends Partial<Message>>(fields: T): T {
  if (typeof fields.text === 'string' && !fields.entities) {
    const entities = findEntities(fields.text);
    return entities.length > 0 ? { ...fields, entities } : fields;
  }
  return fields;
}

/** The doings of people on a platform. */
export function createPeople({ world, queue, bot, files, now }: Platform): People {
  const seconds = (): number => Math.floor(now() / 1000);

  function placeOf(from: User | undefined, chat: Chat | undefined): Chat {
    if (chat) return chat;
    if (!from) throw new Error('say needs `from`, `chat`, or both');
    return world.direct(from);
  }

  function say({ from, chat, ...fields }: Parameters<People['say']>[0]): Message {
    const room = world.room(placeOf(from, chat));
    const message = world.keep(room, {
      date: seconds(),
      ...withEntities(fields),
      ...(from && { from }),
      ...(room.chat.type === 'channel' && { sender_chat: room.chat }),
      chat: room.chat,
    });
    queue.push({ [room.chat.type === 'channel' ? 'channel_post' : 'message']: message });
    return message;
  }

  function edit(message: Message, fields: Partial<Message>): Message {
    const room = world.room(message.chat);
    const before = room.messages.get(message.message_id) ?? message;
    const { entities: _, ...kept } = before;
    const after = world.keep(room, {
      ...(fields.text === undefined ? before : kept),
      edit_date: seconds(),
      ...withEntities(fields),
    });
    queue.push({ [room.chat.type === 'channel' ? 'edited_channel_post' : 'edited_message']: after });
    return after;
  }

  /** The bot's own standing in a chat has changed. */
  function standing(chat: Chat, from: User, was: string, is: string): void {
    const member = (status: string): object => ({ user: bot, status, ...(status === 'kicked' && { until_date: 0 }) });
    queue.push({
      my_chat_member: { chat, from, date: seconds(), old_chat_member: member(was), new_chat_member: member(is) },
    });
  }

  function setBlocked(person: User, isBlocked: boolean): void {
    const room = world.room(world.direct(person));
    if (isBlocked) room.closed = 'blocked';
    else delete room.closed;
    standing(room.chat, person, isBlocked ? 'member' : 'kicked', isBlocked ? 'kicked' : 'member');
  }

  function migrate(group: Chat): Chat {
    const title = 'title' in group ? (group.title ?? '') : '';
    const next = world.group({ title, type: 'supergroup' });
    const from = world.person();
    say({ from, chat: group, migrate_to_chat_id: next.id });
    say({ from, chat: next, migrate_from_chat_id: group.id });
    world.room(group).movedTo = next.id;
    return next;
  }

  return {
    person: (fields) => world.person(fields),
    group: (fields) => world.group(fields),
    openChat: (person) => world.direct(person),
    file: (name, data) => files.add(name, data),
    say,
    edit,
    migrate,
    block: (person) => setBlocked(person, true),
    unblock: (person) => setBlocked(person, false),
    topic(forum) {
      if (!('is_forum' in forum)) throw new Error('Topics are in forums only: make the group with `is_forum: true`');
      const room = world.room(forum);
      const thread = world.keep(room, { chat: forum, date: seconds() }).message_id;
      room.threads.add(thread);
      return thread;
    },
    kick(group) {
      world.room(group).closed = 'kicked';
      standing(group, world.person(), 'member', 'kicked');
    },
  };
}

/** People, chats and messages: what exists on the platform, whoever made it. */
import type { Chat, Message, User } from 'grammy/types';
import { badRequest, forbidden } from './api-error.ts';

/** A person as a test names one. */
export type PersonFields = Partial<User>;

/** A group, channel or forum as a test names one. */
export interface GroupFields {
  id?: number;
  title?: string;
  type?: 'group' | 'supergroup' | 'channel';
  is_forum?: boolean;
  username?: string;
}

/** One chat with all that was said in it and is still there. */
export interface Room {
  chat: Chat;
  messages: Map<number, Message>;
  threads: Set<number>;
  lastMessageId: number;
  /** Why the bot may not write here; absent: it may. */
  closed?: keyof typeof CLOSED;
  /** The supergroup that this group became. */
  movedTo?: number;
}

const CLOSED = {
  blocked: () => 'bot was blocked by the user',
  kicked: (type: string) => `bot was kicked from the ${type} chat`,
  left: (type: string) => `bot is not a member of the ${type} chat`,
} as const;

/** Everything on the platform that the one bot can meet. */
export interface World {
  person(fields?: PersonFields): User;
  group(fields?: GroupFields): Chat;
  /** The private chat with a person, opened when there is none yet. */
  direct(person: User): Chat;
  findPerson(id: number): User | undefined;
  /** The chat of that id; made when a test speaks of one that nobody announced. */
  room(chat: Chat): Room;
  /** The room in which the bot wants to do something; throws what Telegram answers when it may not. */
  roomForBot(chatId: unknown): Room;
  /** What is seen in a chat, in order. */
  messagesIn(chatId: number): Message[];
  /** Puts a message in its room, under the next id unless it has one. */
  keep(room: Room, message: Partial<Message> & Pick<Message, 'chat' | 'date'>): Message;
}

/** A forum's first message is its own making, and the General topic bears its number. */
function firstIdOf(chat: Chat): number {
  return 'is_forum' in chat && chat.is_forum === true ? 2 : 1;
}

const FIRST_PERSON_ID = 5_000_000_001;
const FIRST_GROUP_ID = 4_100_000_001;

export function createWorld(): World {
  const rooms = new Map<number, Room>();
  const people = new Map<number, User>();
  let nextPerson = FIRST_PERSON_ID;
  let nextGroup = FIRST_GROUP_ID;

  function room(chat: Chat): Room {
    const known = rooms.get(chat.id);
    if (known) return known;
    const made: Room = { chat, messages: new Map(), threads: new Set(), lastMessageId: firstIdOf(chat) - 1 };
    rooms.set(chat.id, made);
    return made;
  }

  function findRoom(chatId: unknown): Room | undefined {
    if (typeof chatId === 'string' && chatId.startsWith('@')) {
      return [...rooms.values()].find(({ chat }) => chat.username === chatId.slice(1));
    }
    return rooms.get(Number(chatId));
  }

  return {
    room,
    findPerson: (id) => people.get(id),
    person(fields = {}) {
      const id = fields.id ?? nextPerson++;
      const user: User = { is_bot: false, first_name: `Person ${id - FIRST_PERSON_ID + 1}`, ...fields, id };
      people.set(id, user);
      return user;
    },
    group({ id, type = 'supergroup', title, is_forum, username } = {}) {
      const number = nextGroup++;
      const chat = {
        id: id ?? (type === 'group' ? -number : -(1_000_000_000_000 + number)),
        type,
        title: title ?? `Group ${number - FIRST_GROUP_ID + 1}`,
        ...(is_forum === true && { is_forum }),
        ...(username !== undefined && { username }),
      } as Chat;
      room(chat);
      return chat;
    },
    direct(person) {
      people.set(person.id, person);
      const { id, first_name, last_name, username } = person;
      const chat: Chat.PrivateChat = {
        id,
        type: 'private',
        first_name,
        ...(last_name !== undefined && { last_name }),
        ...(username !== undefined && { username }),
      };
      return room(chat).chat;
    },
    roomForBot(chatId) {
      if (chatId === undefined || chatId === '') throw badRequest('chat_id is empty');
      const found = findRoom(chatId);
      if (!found && people.has(Number(chatId))) throw forbidden("bot can't initiate conversation with a user");
      if (!found) throw badRequest('chat not found');
      if (found.closed) throw forbidden(CLOSED[found.closed](found.chat.type));
      if (found.movedTo !== undefined) {
        throw badRequest('group chat was upgraded to a supergroup chat', { migrate_to_chat_id: found.movedTo });
      }
      return found;
    },
    messagesIn: (chatId) => [...(rooms.get(chatId)?.messages.values() ?? [])],
    keep(room, message) {
      const message_id = message.message_id ?? room.lastMessageId + 1;
      room.lastMessageId = Math.max(room.lastMessageId, message_id);
      const kept = { ...message, message_id };
      room.messages.set(message_id, kept);
      if (kept.is_topic_message === true && kept.message_thread_id !== undefined)
        room.threads.add(kept.message_thread_id);
      return kept;
    },
  };
}

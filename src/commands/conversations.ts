/** Commands about a person's conversations: `/new`, `/list`, `/switch`, `/title`, `/history`. */
import { derivedId } from '../id.ts';
import { personTopic } from '../queue/topics.ts';
import type { Conversation } from '../store/conversations.ts';
import { newConversation } from '../store/new.ts';
import { titleEntry } from '../store/search.ts';
import { update } from '../store/write.ts';
import { shorten } from '../text/normalize.ts';
import type { Command, CommandCall } from './command.ts';

/** What a command makes follows from its event alone, which may come again with another time. */
const NO_TIME = new Date(0);
const LISTED = 10;
const SHOWN_MESSAGES = 10;
const TITLE_LENGTH = 100;
const LINE_LENGTH = 200;

/** Begins a conversation; the one before stays in the list. */
export const newCommand: Command = {
  name: 'new',
  usage: '[title]',
  summary: 'begin a new conversation',
  isForGroups: false,
  async run(call) {
    const title = shorten(call.argument, TITLE_LENGTH) || null;
    const id = derivedId('cnv', NO_TIME, call.cause);
    const personId = call.known.person._id;
    const { _id, ...conversation } = newConversation(id, new Date(), { kind: 'direct', personId, title });
    await call.store.writeAll([
      update(call.store.conversations, { _id }, { $setOnInsert: conversation }, { upsert: true }),
      ...(title ? [titleEntry(call.store, { _id, personId, title })] : []),
      update(
        call.store.people,
        { _id: personId, activeConversationId: call.conversationId },
        { $set: { activeConversationId: id } },
      ),
    ]);
    call.live.publish(personTopic(personId), { type: 'active', conversationId: id });
    const text = title ? `A new conversation: **${title}**` : 'A new conversation. What is it about?';
    return { text, conversationId: id };
  },
};

/** The latest conversations. Their numbers are in order of creation, so they stay what they are. */
export const listCommand: Command = {
  name: 'list',
  usage: '',
  summary: 'show your conversations',
  isForGroups: false,
  async run(call) {
    const own = await ownConversations(call);
    const latest = own.toSorted((a, b) => b.lastMessageAt.getTime() - a.lastMessageAt.getTime()).slice(0, LISTED);
    const lines = latest.map((conversation) => {
      const number = own.findIndex(({ _id }) => _id === conversation._id) + 1;
      return `- \`${number}\` ${titleOf(conversation)}${conversation._id === call.conversationId ? ' (active)' : ''}`;
    });
    const rest = own.length > latest.length ? `\n\n${own.length - latest.length} older ones are not shown.` : '';
    return `**Your conversations**\n\n${lines.join('\n')}${rest}\n\n\`/switch N\` goes to another one.`;
  },
};

/** Goes to another conversation. */
export const switchCommand: Command = {
  name: 'switch',
  usage: 'N',
  summary: 'go to conversation N of the list',
  isForGroups: false,
  async run(call) {
    const own = await ownConversations(call);
    const chosen = /^\d+$/.test(call.argument) ? own[Number(call.argument) - 1] : undefined;
    if (chosen === undefined)
      return `Which one? \`/switch N\` takes a number from 1 to ${own.length}; \`/list\` shows them.`;
    const personId = call.known.person._id;
    await call.store.people.updateOne(
      { _id: personId, activeConversationId: call.conversationId },
      { $set: { activeConversationId: chosen._id } },
    );
    call.live.publish(personTopic(personId), { type: 'active', conversationId: chosen._id });
    return { text: `You are in **${titleOf(chosen)}** now.`, conversationId: chosen._id };
  },
};

/** Names the conversation, or says its name. */
export const titleCommand: Command = {
  name: 'title',
  usage: 'TEXT',
  summary: 'name this conversation',
  isForGroups: false,
  async run({ store, live, known, conversationId, argument }) {
    const title = shorten(argument, TITLE_LENGTH);
    if (title === '') {
      const conversation = await store.readConversation(conversationId);
      return conversation?.title
        ? `This conversation is called **${conversation.title}**.`
        : 'This conversation has no title. `/title TEXT` gives it one.';
    }
    const conversation = await store.readConversation(conversationId);
    await store.writeAll([
      update(store.conversations, { _id: conversationId }, { $set: { title }, $inc: { version: 1 } }),
      titleEntry(store, {
        _id: conversationId,
        title,
        ...(conversation?.personId ? { personId: conversation.personId } : {}),
      }),
    ]);
    live.publish(personTopic(known.person._id), { type: 'active', conversationId });
    return `This conversation is called **${title}** now.`;
  },
};

/** The last messages, from every app. */
export const historyCommand: Command = {
  name: 'history',
  usage: '',
  summary: 'show the last messages of this conversation',
  isForGroups: false,
  async run({ store, conversationId, agentName, channel }) {
    const conversation = await store.readConversation(conversationId);
    const from = (conversation?.lastSeq ?? 0) - SHOWN_MESSAGES + 1;
    const messages = await store.messages
      .find({ conversationId, seq: { $gte: from } })
      .sort({ seq: 1 })
      .lean();
    const lines = messages
      .filter((message) => !message.deletedAt && message.role !== 'system')
      .map((message) => {
        const who = message.role === 'user' ? 'You' : message.role === 'agent' ? agentName : 'Human';
        const where = message.channel === channel ? '' : ` (${message.channel})`;
        return `**${who}**${where}: ${shorten(message.text.replaceAll(/\s+/g, ' '), LINE_LENGTH)}`;
      });
    return lines.length > 0 ? lines.join('\n\n') : 'Nothing has been said in this conversation yet.';
  },
};

/** A person's conversations in order of creation. */
async function ownConversations({ store, known }: CommandCall): Promise<Conversation[]> {
  const found = await store.conversations.find({ personId: known.person._id, goneAt: null }).lean();
  return found.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a._id < b._id ? -1 : 1));
}

function titleOf(conversation: Conversation): string {
  return conversation.title ?? `Conversation of ${conversation.createdAt.toISOString().slice(0, 10)}`;
}

/** A conversation as one text, read and written piece by piece: it may be longer than memory. */
import type { Conversation } from '../store/conversations.ts';
import type { Message } from '../store/messages.ts';
import type { ApiDeps } from './deps.ts';
import { presentConversation, presentMessage } from './present.ts';

const MESSAGES_A_ROUND = 200;

/** Gives the text in pieces, oldest message first. */
export async function* transcriptText(
  { store, config }: Pick<ApiDeps, 'store' | 'config'>,
  conversation: Conversation,
  format: 'markdown' | 'json',
): AsyncGenerator<string> {
  const { _id: conversationId } = conversation;
  const lastSeq = await store.readLastSeq(conversationId);
  yield format === 'json'
    ? `{"conversation":${JSON.stringify(presentConversation(conversation))},"messages":[`
    : heading(conversation);
  let separator = '';
  for (let from = 1; from <= lastSeq; from += MESSAGES_A_ROUND) {
    const seq = { $gte: from, $lt: from + MESSAGES_A_ROUND };
    const found = await store.messages.find({ conversationId, seq }).lean();
    const messages = found.toSorted((a, b) => a.seq - b.seq);
    if (format === 'markdown') yield messages.map((message) => entry(message, config.AGENT_NAME)).join('');
    for (const shown of format === 'json' ? await jsonEntries(store, messages) : []) {
      yield separator + shown;
      separator = ',';
    }
  }
  yield format === 'json' ? ']}' : '';
}

async function jsonEntries(store: ApiDeps['store'], messages: Message[]): Promise<string[]> {
  const ids = messages.map(({ _id }) => _id);
  const deliveries = await store.deliveries.find({ messageId: { $in: ids } }).lean();
  const byMessage = Map.groupBy(deliveries, ({ messageId }) => messageId);
  return messages.map((message) => JSON.stringify(presentMessage(message, byMessage.get(message._id) ?? [])));
}

function heading({ title, createdAt }: Conversation): string {
  return `# ${title ?? `Conversation of ${createdAt.toISOString().slice(0, 10)}`}\n`;
}

function entry({ role, author, createdAt, channel, text, deletedAt, attachments }: Message, agentName: string): string {
  const names = { user: author ?? 'You', agent: agentName, human: author ?? 'Human', system: 'Note' };
  const files = attachments.map(({ kind, name }) => `\n\n*(${name ? `${kind}: ${name}` : kind})*`).join('');
  const said = deletedAt ? '*(deleted)*' : text;
  const time = createdAt.toISOString().slice(0, 16).replace('T', ' ');
  return `\n**${names[role]}** · ${time} UTC · ${channel}\n\n${said}${files}\n`;
}

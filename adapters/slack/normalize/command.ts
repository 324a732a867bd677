/** `/pantheon …`: our one slash command, with all that people can ask behind it. */
import type { InboundMessage } from '#src/message.ts';
import { chatOf, senderOf } from './places.ts';
import type { Context } from './said.ts';
import type { Command } from './schema.ts';
import { readWords } from './words.ts';

/**
 * What was meant: `help` and `/help` are the command, nothing is `/help`, and anything else is said to the agent as
 * it stands.
 */
function meant(text: string, commands: ReadonlySet<string>): string {
  if (text === '') return '/help';
  const [word = ''] = text.split(/\s/, 1);
  return commands.has(word.toLowerCase()) ? `/${text}` : text;
}

/**
 * Reads the command. Slack takes it everywhere, also where we are not and could not answer: in somebody else's direct
 * chat, or a channel that we are not in, it counts as typed in theirs with us.
 */
export function readCommand(typed: Command, { self, found, at, commands }: Context): InboundMessage {
  const { channel_id, user_id, user_name, trigger_id } = typed;
  const channel = found.home ?? channel_id;
  return {
    kind: 'message',
    at,
    chat: chatOf(self, channel, '', found.names),
    externalId: `command:${trigger_id}`,
    from: senderOf(self, user_id, found.names, user_name ?? ''),
    text: meant(readWords(typed.text, self, found.names).text, commands),
    attachments: [],
    addressedBy: 'command',
  };
}

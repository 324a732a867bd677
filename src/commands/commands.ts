/** In-chat commands: found, run once per event, and answered by a notice. They are not messages. */
import { TEXT_LIMIT_BYTES } from '../conversation.ts';
import type { CommandInfo } from '../channel.ts';
import { findAsked } from '../identity/link-codes.ts';
import type { IdentityResolver, Known } from '../identity/resolve.ts';
import { type Notice, noticeId, sendNotice } from './notice.ts';
import type { Inbound, InboundEdit, InboundMessage } from '../message.ts';
import type { Bells } from '../queue/bells.ts';
import type { Live } from '../queue/live.ts';
import { chatKey } from '../store/chats.ts';
import { inboundKey } from '../store/messages.ts';
import type { Store } from '../store/store.ts';
import type { Write } from '../store/write.ts';
import type { Command } from './command.ts';
import { historyCommand, listCommand, newCommand, switchCommand, titleCommand } from './conversations.ts';
import { createHelp } from './help.ts';
import { yesCommand } from './link.ts';
import { stopCommand } from './stop.ts';

/** A command with all that is known of its author and place. */
export interface PlacedCommand {
  channel: string;
  inbound: InboundMessage | InboundEdit;
  known: Known;
  place: { chatId: string; conversationId: string; chatWrites: Write[] };
}

export interface Commands {
  /** Runs it and puts the answer on its way. The same event again does nothing. */
  run(placed: PlacedCommand): Promise<void>;
}

const COMMANDS: readonly Command[] = [
  ...createHelp(() => COMMANDS),
  newCommand,
  listCommand,
  switchCommand,
  titleCommand,
  historyCommand,
  stopCommand,
  yesCommand,
];
const BY_NAME = new Map(COMMANDS.map((command) => [command.name, command]));
const PATTERN = /^\/([a-z]+)(?:\s+([\s\S]*))?$/i;

/** The commands as an app's own list of them wants them; `/start` is the app's own affair. */
export function listCommands(): CommandInfo[] {
  return COMMANDS.filter(({ name, isHidden }) => name !== 'start' && !isHidden).map(({ name, usage, summary }) => {
    const argument = usage.replaceAll(/[^a-z]/gi, '').toLowerCase();
    return { name, description: summary, ...(argument ? { argument: { name: argument, description: usage } } : {}) };
  });
}

/** The word that is a command for whoever has just been asked something. */
const CONFIRMATION = /^\s*yes\s*[.!]?\s*$/i;

/** The message as the command that it is for somebody who was asked whether to join; `undefined`: it is none. */
export async function asConfirmation(
  { store, identities }: { store: Store; identities: IdentityResolver },
  channel: string,
  inbound: Inbound,
): Promise<InboundMessage | undefined> {
  if (inbound.kind !== 'message' || inbound.chat.kind !== 'direct' || !CONFIRMATION.test(inbound.text))
    return undefined;
  const [externalId = ''] = inbound.from.externalIds;
  const known = await identities.find(channel, inbound.from.realm, externalId);
  if (!known) return undefined;
  const cause = inboundKey(chatKey(channel, inbound.chat), inbound.externalId);
  const isMeant = (await findAsked(store, known.identity._id))
    ? // Told again of one that was a word like any other: it was said before the question.
      !(await store.messages.exists({ key: cause }))
    : // Told again of one that was carried out: nobody waits for it any more, and it is no word like any other.
      await store.deliveries.exists({ _id: noticeId(cause) });
  return isMeant ? { ...inbound, text: '/yes' } : undefined;
}

/** Whether a message is a command of ours. An unknown one is a message like any other. */
export function isCommand(inbound: InboundMessage | InboundEdit): boolean {
  return parse(inbound.text) !== undefined;
}

function parse(text: string): { command: Command; argument: string } | undefined {
  if (text.length > TEXT_LIMIT_BYTES) return undefined;
  const [, name = '', argument = ''] = PATTERN.exec(text.trim()) ?? [];
  const command = BY_NAME.get(name.toLowerCase());
  return command && { command, argument: argument.trim() };
}

/** Makes the commands. */
export function createCommands(deps: { store: Store; live: Live; bells: Bells; agentName: string }): Commands {
  return {
    async run({ channel, inbound, known, place }) {
      const parsed = parse(inbound.text);
      if (parsed === undefined || known.identity.isBlocked) return;
      const cause = inboundKey(place.chatId, inbound.externalId);
      if (await deps.store.deliveries.exists({ _id: noticeId(cause) })) return;
      const { command, argument } = parsed;
      const { chat, at } = inbound;
      const isHere = chat.kind === 'direct' || command.isForGroups;
      const said = isHere
        ? await command.run({ ...deps, known, channel, chat, ...place, argument, cause, at })
        : `Write to me directly for \`/${command.name}\`: it is about your own conversations.`;
      const { text, conversationId } =
        typeof said === 'string' ? { text: said, conversationId: place.conversationId } : said;
      const notice: Notice = {
        cause,
        channel,
        chat,
        text,
        command: inbound.text,
        personId: known.person._id,
        conversationId,
      };
      if (chat.kind === 'group') notice.replyTo = inbound.externalId;
      await sendNotice(deps, notice, place.chatWrites);
    },
  };
}

/** `/help` and `/start`: who speaks, and what can be typed. */
import { isLinkCode } from '../identity/link-codes.ts';
import type { Command } from './command.ts';
import { openLink } from './link.ts';

/** Makes both from the list of all commands. */
export function createHelp(all: () => readonly Command[]): Command[] {
  const list = (isGroup: boolean) =>
    all()
      .filter((command) => command.name !== 'start' && !command.isHidden && (!isGroup || command.isForGroups))
      .map(({ name, usage, summary }) => `- \`/${name}${usage ? ` ${usage}` : ''}\` ${summary}`)
      .join('\n');
  return [
    {
      name: 'help',
      usage: '',
      summary: 'show what can be typed',
      isForGroups: true,
      run: async ({ agentName, chat }) =>
        `I am **${agentName}**. Just write to me; besides, you can type:\n\n${list(chat.kind === 'group')}`,
    },
    {
      name: 'start',
      usage: '',
      summary: 'say hello',
      isForGroups: false,
      run: async (call) =>
        isLinkCode(call.argument)
          ? openLink(call)
          : `Hello! I am **${call.agentName}**. Write to me as you would to a friend: I answer here, and I remember our conversation. \`/help\` shows what else can be typed.`,
    },
  ];
}
